// Two metrics beside each other over the same days, and uptime and utilisation by site, charger and plug.
import { Grid, Group, Select, SimpleGrid, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useUrlState } from "@/lib/urlState";
import { Facts } from "@/ui/Facts";
import { Panel } from "@/ui/Panel";
import { Duration } from "@/ui/Values";
import type { TabProps } from "./DashboardScreen";
import { DayChart } from "./DayChart";
import { METRICS, type Metric } from "./figures";
import { KeyFigure } from "./KeyFigure";
import { PlaceTable } from "./PlaceTable";

function MetricChoice({ name, value }: { name: string; value: Metric }) {
  const { t } = useTranslation();
  const [, set] = useUrlState();
  return (
    <Select
      aria-label={t(`dashboard.choose.${name}`)}
      value={value}
      onChange={(next) => set({ [name]: next ?? undefined })}
      data={METRICS.map((each) => ({ value: each, label: t(`dashboard.metric.${each}`) }))}
      allowDeselect={false}
      size="xs"
      w={190}
    />
  );
}

export function PerformanceTab(tab: TabProps) {
  const { t } = useTranslation();
  const [url] = useUrlState();
  const metricOf = (name: string, otherwise: Metric) =>
    METRICS.find((each) => each === url[name]) ?? otherwise;
  const charts = [
    { name: "first", metric: metricOf("first", "uptime") },
    { name: "second", metric: metricOf("second", "utilisation") },
  ];
  const same = { now: tab.now.total, before: tab.before?.total };
  const { total } = tab.now;
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
        <KeyFigure metric="uptime" {...same} />
        <KeyFigure metric="utilisation" {...same} />
        <KeyFigure metric="energy" {...same} />
        <KeyFigure metric="sessions" {...same} />
      </SimpleGrid>
      <Grid gap="sm">
        {charts.map(({ name, metric }) => (
          <Grid.Col key={name} span={{ base: 12, lg: 6 }}>
            <Panel
              title={t(`dashboard.metric.${metric}`)}
              aside={<MetricChoice name={name} value={metric} />}
            >
              <DayChart metric={metric} {...tab} height={150} />
            </Panel>
          </Grid.Col>
        ))}
      </Grid>
      <PlaceTable metrics={["uptime", "utilisation", "energy", "sessions"]} {...tab} />
      <Panel title={t("dashboard.time")}>
        <Group>
          <Facts
            rows={[
              [t("dashboard.watched"), <Duration key="w" seconds={total.watched_s} />],
              [t("dashboard.offline"), <Duration key="o" seconds={total.offline_s} />],
              [t("dashboard.faulted"), <Duration key="f" seconds={total.faulted_s} />],
              [t("dashboard.unavailable"), <Duration key="u" seconds={total.unavailable_s} />],
            ]}
          />
        </Group>
      </Panel>
    </Stack>
  );
}
