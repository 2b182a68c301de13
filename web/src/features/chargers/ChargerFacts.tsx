// What is known of a charger besides its plugs, and how it connects.
import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Station } from "@/api/types";
import { Facts } from "@/ui/Facts";
import { Panel } from "@/ui/Panel";
import { Count, Energy, Outside, Timestamp } from "@/ui/Values";
import { Addresses } from "./Addresses";
import { NoPassword } from "./SecurityProfile";

export function ChargerFacts({ station }: { station: Station }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("charger.facts")}>
      <Facts
        rows={[
          [t("charger.identity"), <Outside key="1" text={station.identity} mono />],
          [t("charger.vendor"), <Outside key="2" text={station.vendor} />],
          [t("charger.model"), <Outside key="3" text={station.model} />],
          [t("charger.serial"), <Outside key="4" text={station.serial} mono />],
          [t("charger.firmware"), <Outside key="5" text={station.firmware} mono />],
          [t("charger.iccid"), <Outside key="6" text={station.iccid} mono />],
          [t("charger.imsi"), <Outside key="7" text={station.imsi} mono />],
          [t("charger.booted"), <Timestamp key="8" at={station.booted_at} seconds />],
          [t("charger.lastSeen"), <Timestamp key="9" at={station.last_seen_at} seconds />],
          [t("charger.sessions30"), <Count key="10" value={station.sessions_30d} />],
          [t("charger.energy30"), <Energy key="11" wh={station.energy_30d_wh} />],
          [t("charger.created"), <Timestamp key="12" at={station.created_at} />],
        ]}
      />
    </Panel>
  );
}

export function ConnectionFacts({ station }: { station: Station }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("charger.connection")}>
      <Stack>
        <Facts
          rows={[
            [
              t("charger.protocol"),
              station.protocol
                ? t(`charger.protocols.${station.protocol.replaceAll(".", "_")}`, {
                    defaultValue: station.protocol,
                  })
                : "—",
            ],
            [t("charger.address"), <Outside key="a" text={station.address} mono />],
            [
              t("profile.label"),
              station.security_profile === 0 ? (
                <NoPassword key="p" profile={0} />
              ) : (
                t(`profile.choice.${station.security_profile}`)
              ),
            ],
            [t("charger.registration"), t(`charger.registrations.${station.registration}`)],
          ]}
        />
        <Addresses urls={station.connection_urls} />
      </Stack>
    </Panel>
  );
}
