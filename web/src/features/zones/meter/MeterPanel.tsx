// The building's meter of a zone: where its readings come from, the last one, and what is wrong.
import { Alert, Button, Skeleton, Text } from "@mantine/core";
import { IconPlugConnected } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Zone, ZoneMeter } from "@/api/types";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Panel } from "@/ui/Panel";
import { ToneBadge } from "@/ui/StatusBadge";
import { Outside, Timestamp } from "@/ui/Values";
import { Load, TroubleText } from "./Load";
import { MeterForm } from "./MeterForm";
import { meterOptions } from "./queries";

const TONES = { connected: "green", connecting: "grey", waiting: "amber" } as const;

function Source({ meter, zone }: { meter: ZoneMeter; zone: Zone }) {
  const { t } = useTranslation();
  const { mqtt, modbus } = meter.feed ?? {};
  if (mqtt) {
    return (
      <>
        MQTT <Outside text={`${mqtt.host}:${mqtt.port}`} mono />
      </>
    );
  }
  if (modbus) {
    return (
      <>
        Modbus TCP <Outside text={`${modbus.host}:${modbus.port}`} mono />{" "}
        {t("zoneMeter.unitIs", { id: modbus.unit_id })}
      </>
    );
  }
  return <>{zone.meter_number ? t("zoneMeter.byApi") : t("zoneMeter.noNumber")}</>;
}

function State({ standing }: { standing: NonNullable<ZoneMeter["standing"]> }) {
  const { t } = useTranslation();
  const tone = TONES[standing.state as keyof typeof TONES] ?? "grey";
  return (
    <>
      <ToneBadge tone={tone}>{t(`zoneMeter.states.${standing.state}`)}</ToneBadge>{" "}
      <Text span size="sm" c="dimmed">
        {t("zoneMeter.since")} <Timestamp at={standing.since} seconds />
      </Text>
    </>
  );
}

function LastReading({ meter }: { meter: ZoneMeter }) {
  const { t } = useTranslation();
  if (!meter.load) return <>{t("zoneMeter.never")}</>;
  return (
    <>
      <Load load={meter.load.load_ma} />{" "}
      <Text span size="sm" c="dimmed">
        <Timestamp at={meter.load.at} seconds />
      </Text>{" "}
      {meter.is_silent && <ToneBadge tone="amber">{t("power.silent")}</ToneBadge>}
    </>
  );
}

export function MeterPanel({ zone }: { zone: Zone }) {
  const { t } = useTranslation();
  const may = useMay("power");
  const [open, setOpen] = useState(false);
  const { data: meter, error, refetch } = useQuery(meterOptions(zone.id));
  if (!meter) {
    return (
      <Panel title={t("zoneMeter.title")}>
        {error ? <Failure error={error} retry={() => void refetch()} /> : <Skeleton h={90} />}
      </Panel>
    );
  }
  const trouble = meter.standing?.trouble;
  const rows: [string, ReactNode][] = [
    [t("zoneMeter.source"), <Source key="source" meter={meter} zone={zone} />],
    [t("zoneMeter.last"), <LastReading key="last" meter={meter} />],
  ];
  if (meter.standing) rows.splice(1, 0, [t("zoneMeter.state"), <State key="s" standing={meter.standing} />]);
  if (meter.feed || meter.load) {
    const through = meter.feed?.with_chargers ?? meter.load?.with_chargers;
    rows.push([t("zoneMeter.chargers"), t(through ? "zoneMeter.through" : "zoneMeter.beside")]);
  }
  return (
    <Panel
      title={t("zoneMeter.title")}
      aside={
        may && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlugConnected size={14} />}
            onClick={() => setOpen(true)}
          >
            {t(meter.feed ? "zoneMeter.change" : "zoneMeter.setUp")}
          </Button>
        )
      }
    >
      <Facts rows={rows} />
      {trouble && (
        <Alert color="red" variant="light" mt="sm" role="status">
          <TroubleText trouble={trouble} />
          <Text size="xs" mt={2}>
            {t("zoneMeter.firstSeen")} <Timestamp at={trouble.since} seconds />
          </Text>
        </Alert>
      )}
      {meter.is_silent && (
        <Text size="sm" c="dimmed" mt="xs">
          {t("zoneMeter.silentMeans")}
        </Text>
      )}
      {open && <MeterForm zone={zone} feed={meter.feed} onClose={() => setOpen(false)} />}
    </Panel>
  );
}
