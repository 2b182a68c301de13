// The price of this moment, line by line: what each part adds, and what is paid back.
import { Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { HomePrice } from "@/api/types";
import { Outside } from "@/ui/Values";
import { usePerKwh } from "./price";

export function PriceNow({ price, currency }: { price: HomePrice; currency: string }) {
  const { t } = useTranslation();
  const perKwh = usePerKwh(currency);
  return (
    <Table withRowBorders={false} verticalSpacing={3} fz="sm" aria-label={t("priceProfile.nowLabel")}>
      <Table.Tbody>
        <Table.Tr>
          <Table.Td>{t("electricity.spot")}</Table.Td>
          <Table.Td ta="right" className="tabular">
            {perKwh(price.spot)}
          </Table.Td>
        </Table.Tr>
        {price.lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two lines may have one name
          <Table.Tr key={index}>
            <Table.Td>
              <Outside text={line.name} />
            </Table.Td>
            <Table.Td ta="right" className="tabular">
              {perKwh(line.amount)}
            </Table.Td>
          </Table.Tr>
        ))}
        <Table.Tr>
          <Table.Td>{t("priceProfile.vat")}</Table.Td>
          <Table.Td ta="right" className="tabular">
            {perKwh(price.vat)}
          </Table.Td>
        </Table.Tr>
        <Table.Tr fw={600}>
          <Table.Td>{t("priceProfile.totalPerKwh")}</Table.Td>
          <Table.Td ta="right" className="tabular">
            {perKwh(price.total)}
          </Table.Td>
        </Table.Tr>
      </Table.Tbody>
    </Table>
  );
}
