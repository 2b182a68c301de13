// The plugs of one charger, live: status, since when, the session on it.
import { Group, Paper, SimpleGrid, Text } from "@mantine/core";
import { IconBolt } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { sessionOptions } from "@/api/lookups";
import type { Evse, Station } from "@/api/types";
import { RouteLink } from "@/ui/Links";
import { StatusBadge } from "@/ui/StatusBadge";
import { Energy, Outside, Percent, Power, Since } from "@/ui/Values";
import classes from "./PlugCards.module.css";

function LiveSession({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(sessionOptions(id));
  return (
    <div className={classes.session}>
      <Group gap={6} justify="space-between">
        <RouteLink to="/sessions/$id" params={{ id }}>
          <Group gap={4} component="span" display="inline-flex">
            <IconBolt size={15} aria-hidden />
            {t("charger.session")}
          </Group>
        </RouteLink>
        {data && <Since at={data.started_at} />}
      </Group>
      {data && (
        <Group gap="lg" mt={4}>
          <span className={classes.figure}>
            <Energy wh={data.energy_wh} exact />
          </span>
          <span className={classes.figure}>
            <Power w={data.power_w} />
          </span>
          {data.soc_percent !== null && (
            <span className={classes.figure}>
              <Percent value={data.soc_percent} />
            </span>
          )}
          <Text c="dimmed" component="span">
            <Outside text={data.id_token_alias ?? data.id_token} mono={!data.id_token_alias} />
          </Text>
        </Group>
      )}
    </div>
  );
}

/** Whom a plug is kept out of use by, whatever the charger says. */
function Kept({ kept, said }: { kept: NonNullable<Evse["out_of_use"]>; said: string | undefined }) {
  const { t } = useTranslation();
  return (
    <Text size="sm" c="dimmed" mt={4}>
      {t(kept.cause === "bay" ? "plug.bayBlocked" : "plug.keptOut", { by: kept.by })} ·{" "}
      <Since at={kept.since} />
      {kept.note && (
        <>
          {" "}
          · <Outside text={kept.note} />
        </>
      )}
      {said &&
        said !== "Unavailable" &&
        ` · ${t("plug.saysItself", { status: t(`status.${said}`, { defaultValue: said }) })}`}
    </Text>
  );
}

function PlugCard({ evse, station }: { evse: Evse; station: Station }) {
  const { online } = station;
  const kept = evse.out_of_use ?? station.out_of_use;
  const { t } = useTranslation();
  return (
    <Paper p="md">
      <Group justify="space-between" mb={6}>
        <Text fw={600}>{t("charger.plugNumber", { number: evse.evse })}</Text>
        <Text c="dimmed" component="span">
          {evse.max_power_w !== null && <Power w={evse.max_power_w} />} {evse.current?.toUpperCase()}
        </Text>
      </Group>
      {evse.connectors.map((each) => (
        <div key={each.connector}>
          <Group gap="xs">
            <StatusBadge status={each.status} offline={!online} />
            <Text c="dimmed" component="span">
              <Since at={each.status_since} />
            </Text>
            {each.kind && <span>{t(`plug.kinds.${each.kind}`, { defaultValue: each.kind })}</span>}
          </Group>
          {each.error_code && each.error_code !== "NoError" && (
            <Text c="var(--mantine-color-error)" mt={4}>
              <Outside text={each.error_code} />
            </Text>
          )}
          {(each.vendor_error_code || each.info) && (
            <Text c="dimmed" size="sm">
              <Outside text={[each.vendor_error_code, each.info].filter(Boolean).join(" · ")} />
            </Text>
          )}
        </div>
      ))}
      {kept && <Kept kept={kept} said={evse.connectors[0]?.reported_status} />}
      {evse.session_id && <LiveSession id={evse.session_id} />}
    </Paper>
  );
}

export function PlugCards({ station }: { station: Station }) {
  const { t } = useTranslation();
  if (station.evses.length === 0) {
    return (
      <Paper p="md">
        <Text c="dimmed">{t("charger.noPlugs")}</Text>
      </Paper>
    );
  }
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
      {station.evses.map((evse) => (
        <PlugCard key={evse.evse} evse={evse} station={station} />
      ))}
    </SimpleGrid>
  );
}
