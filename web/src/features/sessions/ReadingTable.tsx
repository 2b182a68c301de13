// The readings behind the curve, newest first: the text alternative of the chart.
import { Button, ScrollArea, Table } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import type { Reading } from "@/api/types";
import { Panel } from "@/ui/Panel";
import { Count, Energy, Percent, Power, Timestamp } from "@/ui/Values";

/** Rows drawn at most; the API has them all. */
const ROWS = 500;

const MILLI = 1_000;
const milli = (value: number | null) => (value === null ? null : value / MILLI);

export function ReadingTable({ readings, zone }: { readings: Reading[]; zone: string }) {
  const { t } = useTranslation();
  const [opened, { toggle }] = useDisclosure(false);
  if (readings.length === 0) return null;
  return (
    <Panel
      title={t("reading.title")}
      aside={
        <Button size="compact-sm" variant="default" onClick={toggle} aria-expanded={opened}>
          {opened ? t("reading.hide") : t("reading.show", { count: readings.length })}
        </Button>
      }
    >
      {opened && (
        <ScrollArea.Autosize mah={420} type="auto" viewportProps={{ tabIndex: 0 }}>
          <Table stickyHeader fz="sm" verticalSpacing={4} miw={520} aria-label={t("reading.title")}>
            <Table.Thead style={{ background: "var(--fc-panel)" }}>
              <Table.Tr>
                <Table.Th>{t("reading.at", { zone })}</Table.Th>
                <Table.Th>{t("reading.context")}</Table.Th>
                <Table.Th ta="right">{t("reading.register")}</Table.Th>
                <Table.Th ta="right">{t("reading.power")}</Table.Th>
                <Table.Th ta="right">{t("reading.current")}</Table.Th>
                <Table.Th ta="right">{t("reading.voltage")}</Table.Th>
                <Table.Th ta="right">{t("reading.soc")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {readings
                .slice(-ROWS)
                .toReversed()
                .map((each, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: two readings may have the same moment
                  <Table.Tr key={`${each.at} ${index}`}>
                    <Table.Td>
                      <Timestamp at={each.at} zone={zone} seconds />
                    </Table.Td>
                    <Table.Td>
                      {t(`reading.contexts.${each.context}`, { defaultValue: each.context ?? "" })}
                    </Table.Td>
                    <Table.Td ta="right">
                      <Energy wh={each.register_wh} exact />
                    </Table.Td>
                    <Table.Td ta="right">
                      <Power w={each.power_w} />
                    </Table.Td>
                    <Table.Td ta="right">
                      <Count value={milli(each.current_ma)} />
                    </Table.Td>
                    <Table.Td ta="right">
                      <Count value={milli(each.voltage_mv)} />
                    </Table.Td>
                    <Table.Td ta="right">
                      <Percent value={each.soc_percent} />
                    </Table.Td>
                  </Table.Tr>
                ))}
            </Table.Tbody>
          </Table>
        </ScrollArea.Autosize>
      )}
    </Panel>
  );
}
