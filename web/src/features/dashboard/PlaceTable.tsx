// The period's figures by site, charger or plug; sorted by any column, each line leads to its place.
import { SegmentedControl, Skeleton, Table, Text, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useUrlState } from "@/lib/urlState";
import { Failure } from "@/ui/Failure";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { type Metric, numberOf } from "./figures";
import { MetricValue } from "./KeyFigure";
import type { Range } from "./period";
import { type By, type PlaceLine, usePlaces } from "./queries";

/** Lines that are drawn at once; the report has all of them. */
const LINES_MAX = 200;

function Place({ line, by }: { line: PlaceLine; by: By }) {
  const { t } = useTranslation();
  if (by === "site" || !line.station_id) {
    return (
      <RouteLink to="/sites/$id" params={{ id: line.site_id }}>
        {line.site_name}
      </RouteLink>
    );
  }
  return (
    <>
      <RouteLink to="/chargers/$id" params={{ id: line.station_id }}>
        {line.station_name}
        {line.evse ? ` · ${t("dashboard.plug", { number: line.evse })}` : ""}
      </RouteLink>
      <Text size="xs" c="dimmed">
        {line.site_name}
      </Text>
    </>
  );
}

interface PlaceTableProps {
  metrics: Metric[];
  range: Range;
  site?: string;
  currency?: string;
}

export function PlaceTable({ metrics, range, site, currency }: PlaceTableProps) {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const by: By = url.by === "station" || url.by === "evse" ? url.by : "site";
  const { data, error, refetch } = usePlaces(range, site, by);
  const [sort, setSort] = useState<{ metric: Metric; down: boolean } | null>(null);
  const ordered = [...(data ?? [])];
  if (sort) {
    const value = (line: PlaceLine) => numberOf(sort.metric, line, currency) ?? -1;
    ordered.sort((a, b) => (sort.down ? value(b) - value(a) : value(a) - value(b)));
  }
  const toggle = (metric: Metric) =>
    setSort((old) => ({ metric, down: old?.metric === metric ? !old.down : true }));
  return (
    <Panel
      title={t("dashboard.byPlace")}
      aside={
        <SegmentedControl
          size="xs"
          aria-label={t("dashboard.byPlace")}
          value={by}
          onChange={(value) => set({ by: value === "site" ? undefined : value })}
          data={(["site", "station", "evse"] as const).map((each) => ({
            value: each,
            label: t(`dashboard.by.${each}`),
          }))}
        />
      }
    >
      {!data ? (
        error ? (
          <Failure error={error} retry={() => void refetch()} />
        ) : (
          <Skeleton height={140} />
        )
      ) : data.length === 0 ? (
        <Text c="dimmed">{t("dashboard.noPlaces")}</Text>
      ) : (
        <Table.ScrollContainer minWidth={420} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
          <Table verticalSpacing={6} aria-label={t("dashboard.byPlace")}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t(`dashboard.by.${by}`)}</Table.Th>
                {metrics.map((metric) => (
                  <Table.Th
                    key={metric}
                    ta="right"
                    aria-sort={sort?.metric === metric ? (sort.down ? "descending" : "ascending") : "none"}
                  >
                    <UnstyledButton fz="inherit" fw="inherit" onClick={() => toggle(metric)}>
                      {t(`dashboard.metric.${metric}`)}
                      {sort?.metric === metric &&
                        (sort.down ? (
                          <IconArrowDown size={13} aria-hidden />
                        ) : (
                          <IconArrowUp size={13} aria-hidden />
                        ))}
                    </UnstyledButton>
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {ordered.slice(0, LINES_MAX).map((line) => (
                <Table.Tr key={`${line.site_id} ${line.station_id} ${line.evse}`}>
                  <Table.Td>
                    <Place line={line} by={by} />
                  </Table.Td>
                  {metrics.map((metric) => (
                    <Table.Td key={metric} ta="right">
                      <MetricValue metric={metric} set={line} />
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          {ordered.length > LINES_MAX && (
            <Text c="dimmed">{t("dashboard.moreLines", { count: LINES_MAX })}</Text>
          )}
        </Table.ScrollContainer>
      )}
    </Panel>
  );
}
