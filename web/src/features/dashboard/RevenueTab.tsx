// What sessions brought in: whole, by kind, by day, by place.
import { Button, SegmentedControl, SimpleGrid, Stack, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { useUrlState } from "@/lib/urlState";
import { Panel } from "@/ui/Panel";
import { Count, Money } from "@/ui/Values";
import type { TabProps } from "./DashboardScreen";
import { DayChart } from "./DayChart";
import { KeyFigure } from "./KeyFigure";
import { PlaceTable } from "./PlaceTable";
import { PurchasePrices } from "./PurchasePrices";

const PARTS = ["energy", "time", "idle", "flat"] as const;

function Breakdown({ now }: { now: TabProps["now"] }) {
  const { t } = useTranslation();
  const lines = now.total.revenue ?? [];
  if (lines.length === 0) return <Text c="dimmed">{t("dashboard.noRevenue")}</Text>;
  const cell = (currency: string, amount: string) => (
    <Table.Td ta="right" key={currency}>
      <Money cost={{ amount, currency }} />
    </Table.Td>
  );
  return (
    <Table.ScrollContainer minWidth={320} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table verticalSpacing={6} aria-label={t("dashboard.breakdown")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("dashboard.part.what")}</Table.Th>
            {lines.map((line) => (
              <Table.Th key={line.currency} ta="right">
                {line.currency}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {PARTS.map((part) => (
            <Table.Tr key={part}>
              <Table.Td>{t(`dashboard.part.${part}`)}</Table.Td>
              {lines.map((line) => cell(line.currency, line[part]))}
            </Table.Tr>
          ))}
          <Table.Tr fw={600}>
            <Table.Td>{t("dashboard.part.with_vat")}</Table.Td>
            {lines.map((line) => cell(line.currency, line.with_vat))}
          </Table.Tr>
          <Table.Tr>
            <Table.Td>{t("dashboard.part.without_vat")}</Table.Td>
            {lines.map((line) => cell(line.currency, line.without_vat))}
          </Table.Tr>
          <Table.Tr>
            <Table.Td>{t("dashboard.part.sessions")}</Table.Td>
            {lines.map((line) => (
              <Table.Td ta="right" key={line.currency}>
                <Count value={line.sessions} />
              </Table.Td>
            ))}
          </Table.Tr>
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

export function RevenueTab({ currencies, ...tab }: TabProps & { currencies: string[] }) {
  const { t } = useTranslation();
  const [, set] = useUrlState();
  const mayPrice = useMay("network");
  const [pricing, prices] = useDisclosure(false);
  const { now, before, currency } = tab;
  const same = { now: now.total, before: before?.total };
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
        <KeyFigure metric="revenue" {...same} />
        <KeyFigure metric="energyCost" {...same} />
        <KeyFigure metric="sessions" {...same} />
        <KeyFigure metric="energy" {...same} />
      </SimpleGrid>
      {currency && (
        <Panel
          title={`${t("dashboard.metric.revenue")}, ${currency}`}
          aside={
            currencies.length > 1 && (
              <SegmentedControl
                size="xs"
                aria-label={t("dashboard.currency")}
                value={currency}
                onChange={(value) => set({ currency: value })}
                data={currencies}
              />
            )
          }
        >
          <DayChart metric="revenue" {...tab} />
        </Panel>
      )}
      <Panel
        title={t("dashboard.breakdown")}
        aside={
          mayPrice && (
            <Button variant="default" size="compact-sm" onClick={prices.open}>
              {t("dashboard.prices")}
            </Button>
          )
        }
      >
        <Breakdown now={now} />
      </Panel>
      <PlaceTable metrics={["revenue", "energyCost", "sessions", "energy"]} {...tab} />
      <PurchasePrices opened={pricing} onClose={prices.close} />
    </Stack>
  );
}
