// Why a session costs what it costs: a line for each price of the tariff that was asked for.
import { Badge, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Session } from "@/api/types";
import { Panel } from "@/ui/Panel";
import { Duration, Energy, Money, Timestamp } from "@/ui/Values";
import { useReceipt } from "./queries";

type Receipt = NonNullable<ReturnType<typeof useReceipt>["data"]>;
type Line = Receipt["lines"][number];

function Quantity({ line }: { line: Line }) {
  if (line.unit === "kWh") return <Energy wh={Math.round(Number(line.billed) * 1_000)} exact />;
  if (line.unit === "s") return <Duration seconds={Number(line.billed)} />;
  return null;
}

export function ReceiptPanel({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { data: receipt } = useReceipt(session);
  if (!receipt) return null;
  const zone = session.site_time_zone;
  const { currency } = receipt;
  return (
    <Panel
      title={t("session.why")}
      aside={!receipt.is_final && <Badge variant="light">{t("session.soFar")}</Badge>}
    >
      <Table.ScrollContainer minWidth={420} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table verticalSpacing={6} aria-label={t("session.why")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("session.line.what")}</Table.Th>
              <Table.Th ta="right">{t("session.line.quantity")}</Table.Th>
              <Table.Th ta="right">{t("session.line.price")}</Table.Th>
              <Table.Th ta="right">{t("session.line.vat")}</Table.Th>
              <Table.Th ta="right">{t("session.line.amount")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {receipt.lines.map((line) => (
              <Table.Tr key={`${line.what} ${line.element ?? ""} ${line.from} ${line.with_vat}`}>
                <Table.Td>
                  {t(`session.line.${line.what}`)}
                  <Text size="xs" c="dimmed">
                    <Timestamp at={line.from} zone={zone} /> – <Timestamp at={line.to} zone={zone} />
                  </Text>
                </Table.Td>
                <Table.Td ta="right">
                  <Quantity line={line} />
                </Table.Td>
                <Table.Td ta="right" className="tabular">
                  {line.unit_price ?? ""}
                </Table.Td>
                <Table.Td ta="right" className="tabular">
                  {line.vat_percent ? `${line.vat_percent} %` : ""}
                </Table.Td>
                <Table.Td ta="right">
                  <Money cost={{ amount: line.with_vat, currency }} />
                </Table.Td>
              </Table.Tr>
            ))}
            <Table.Tr>
              <Table.Td colSpan={4} ta="right">
                {t("session.line.vatInAll")}
              </Table.Td>
              <Table.Td ta="right">
                <Money cost={{ amount: receipt.vat, currency }} />
              </Table.Td>
            </Table.Tr>
            <Table.Tr fw={600}>
              <Table.Td colSpan={4} ta="right">
                {t("session.line.total")}
              </Table.Td>
              <Table.Td ta="right">
                <Money cost={{ amount: receipt.with_vat, currency }} />
              </Table.Td>
            </Table.Tr>
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Panel>
  );
}
