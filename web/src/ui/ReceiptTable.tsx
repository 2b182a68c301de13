// A receipt: a line for each price that was asked for, with what held when it was, and what it comes to.
import { Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Receipt } from "@/api/types";
import { Duration, Energy, Money, Timestamp } from "./Values";

type Line = Receipt["lines"][number];

function Quantity({ line }: { line: Line }) {
  if (line.unit === "kWh") return <Energy wh={Math.round(Number(line.billed) * 1_000)} exact />;
  if (line.unit === "s") return <Duration seconds={Number(line.billed)} />;
  return null;
}

interface ReceiptTableProps {
  receipt: Receipt;
  zone: string;
  label: string;
}

export function ReceiptTable({ receipt, zone, label }: ReceiptTableProps) {
  const { t } = useTranslation();
  const { currency } = receipt;
  return (
    <Table.ScrollContainer minWidth={420} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table verticalSpacing={6} aria-label={label}>
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
  );
}
