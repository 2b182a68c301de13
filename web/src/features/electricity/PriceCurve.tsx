// What electricity costs over some days: the market, and with everything on top where that is known.
import { useTranslation } from "react-i18next";
import { Curve } from "./Curve";
import { usePerKwh } from "./price";

interface PriceRow {
  from: string;
  until: string;
  spot: string;
  total?: string;
}

interface PriceCurveProps {
  rows: PriceRow[];
  from: string;
  until: string;
  zone: string;
  currency: string;
  label: string;
}

export function PriceCurve({ rows, currency, ...rest }: PriceCurveProps) {
  const { t } = useTranslation();
  return (
    <Curve
      rows={rows.map(({ from, until, spot, total }) => ({ from, until, value: spot, upper: total }))}
      name={t("electricity.spot")}
      upperName={t("electricity.total")}
      format={usePerKwh(currency)}
      {...rest}
    />
  );
}
