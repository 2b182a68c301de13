// How much the chargers were used: by time and by energy, by day, by place.
import { SimpleGrid, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Panel } from "@/ui/Panel";
import type { TabProps } from "./DashboardScreen";
import { DayChart } from "./DayChart";
import { KeyFigure } from "./KeyFigure";
import { PlaceTable } from "./PlaceTable";

export function UtilisationTab(tab: TabProps) {
  const { t } = useTranslation();
  const same = { now: tab.now.total, before: tab.before?.total };
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
        <KeyFigure metric="utilisation" {...same} />
        <KeyFigure metric="energyUtilisation" {...same} />
        <KeyFigure metric="occupied" {...same} />
        <KeyFigure metric="sessions" {...same} />
      </SimpleGrid>
      <Panel title={t("dashboard.metric.utilisation")}>
        <DayChart metric="utilisation" {...tab} />
      </Panel>
      <PlaceTable metrics={["utilisation", "energyUtilisation", "occupied", "sessions", "energy"]} {...tab} />
    </Stack>
  );
}
