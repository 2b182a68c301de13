// How sure we are of one charger: its profile and the way to a higher one, password, certificates, events, logs.
import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Station } from "@/api/types";
import { Panel } from "@/ui/Panel";
import { CertificateList } from "./CertificateList";
import { EventTable } from "./EventTable";
import { LogPanel } from "./LogPanel";
import { TrustPanel } from "./TrustPanel";
import { UpgradePanel } from "./UpgradePanel";

export function SecurityTab({ station }: { station: Station }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <UpgradePanel station={station} />
      <Panel title={t("security.its")}>
        <CertificateList station={station.id} />
      </Panel>
      <TrustPanel station={station} />
      <Panel title={t("security.events")}>
        <EventTable filter={{ station_id: station.id }} />
      </Panel>
      <LogPanel station={station} />
    </Stack>
  );
}
