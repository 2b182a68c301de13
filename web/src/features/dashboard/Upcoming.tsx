// Places that are kept free for somebody in the time to come.
import { Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Overview } from "@/api/types";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { Outside, Timestamp } from "@/ui/Values";

export function Upcoming({ reservations }: { reservations: Overview["upcoming"] }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("dashboard.upcoming")}>
      {reservations.length === 0 ? (
        <Text c="dimmed">{t("dashboard.noUpcoming")}</Text>
      ) : (
        <Stack gap={6}>
          {reservations.map((each) => (
            <Group key={`${each.station_id} ${each.number}`} justify="space-between" gap="xs">
              <RouteLink to="/chargers/$id" params={{ id: each.station_id }} search={{ tab: "held" }}>
                {each.station_identity}
                {each.evse ? ` · ${t("dashboard.plug", { number: each.evse })}` : ""}
              </RouteLink>
              <Outside text={each.id_token_alias ?? each.id_token} />
              <span className="quiet">
                {t("dashboard.until")} <Timestamp at={each.expires_at} />
              </span>
            </Group>
          ))}
        </Stack>
      )}
    </Panel>
  );
}
