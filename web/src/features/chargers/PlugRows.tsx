// The plugs of one charger, below its row.
import { Button, Group, Text } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Station } from "@/api/types";
import { RouteLink } from "@/ui/Links";
import { StatusBadge } from "@/ui/StatusBadge";
import { Outside, Power, Since } from "@/ui/Values";
import classes from "./PlugRows.module.css";

export function PlugRows({ station, onOpen }: { station: Station; onOpen: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes.rows}>
      {station.evses.length === 0 && <Text c="dimmed">{t("charger.noPlugs")}</Text>}
      {station.evses.flatMap((evse) =>
        evse.connectors.map((each) => (
          <Group key={`${evse.evse}.${each.connector}`} gap="md">
            <Text w={70}>{t("charger.plugNumber", { number: evse.evse })}</Text>
            <StatusBadge status={each.status} offline={!station.online} />
            <Text c="dimmed" component="span">
              <Since at={each.status_since} />
            </Text>
            {evse.max_power_w !== null && <Power w={evse.max_power_w} />}
            {each.kind && <Outside text={each.kind} />}
            {each.error_code && each.error_code !== "NoError" && (
              <Text c="var(--mantine-color-error)" component="span">
                <Outside text={each.error_code} />
              </Text>
            )}
            {evse.session_id && (
              <RouteLink to="/sessions/$id" params={{ id: evse.session_id }}>
                {t("charger.session")}
              </RouteLink>
            )}
          </Group>
        )),
      )}
      <Button
        size="compact-sm"
        variant="default"
        rightSection={<IconArrowRight size={14} />}
        onClick={onOpen}
        style={{ alignSelf: "flex-start" }}
      >
        {t("charger.open")}
      </Button>
    </div>
  );
}
