// What a driver has at home: the chargers, and the price profile all of them follow.
import { Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { Outside } from "@/ui/Values";
import { Claim } from "./HomeList";
import { ProfileChoice } from "./ProfileChoice";
import { driverProfileOptions, profileChoicesOptions, useHomeChargers, useHomeWrites } from "./queries";

export function DriverHome({ driver }: { driver: string }) {
  const { t } = useTranslation();
  const mayEdit = useMay("drivers");
  const { items } = useHomeChargers({ driver_id: driver });
  const { data: chosen } = useQuery(driverProfileOptions(driver));
  const { data: profiles } = useQuery(profileChoicesOptions);
  const { setDriverProfile } = useHomeWrites();
  const [asked, setAsked] = useState(false);
  if (items.length === 0 && !chosen?.price_profile_id) return null;
  const name = profiles?.find((each) => each.id === chosen?.price_profile_id)?.name;
  return (
    <Panel
      title={t("home.atHome")}
      aside={
        mayEdit && (
          <Button size="compact-sm" variant="default" onClick={() => setAsked(true)}>
            {t("home.setProfile")}
          </Button>
        )
      }
    >
      <Stack gap="xs">
        <Text size="sm">
          {t("home.profile")}: {name ?? t("home.noProfile")}
        </Text>
        {items.map((charger) => (
          <Group key={charger.id} gap="xs">
            <RouteLink to="/chargers/$id" params={{ id: charger.id }}>
              <Outside mono text={charger.identity} />
            </RouteLink>
            <Claim charger={charger} />
          </Group>
        ))}
      </Stack>
      {asked && (
        <ProfileChoice
          title={t("home.setProfile")}
          text={t("home.driverProfileText")}
          value={chosen?.price_profile_id ?? null}
          save={(profile) => setDriverProfile(driver, profile)}
          onClose={() => setAsked(false)}
        />
      )}
    </Panel>
  );
}
