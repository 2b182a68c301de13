// Amounts of a plan in its own unit: money, or carbon dioxide where it is planned by that.
import { useTranslation } from "react-i18next";
import { useLocale } from "@/ui/Values";

const MILLION = 1_000_000;
const KILO = 1_000;

export function useUnit(currency: string | null) {
  const { t } = useTranslation();
  const locale = useLocale();
  return {
    amount: (micro: number): string =>
      currency
        ? new Intl.NumberFormat(locale, { style: "currency", currency }).format(micro / MILLION)
        : t("zonePlan.kilograms", {
            amount: (micro / MILLION).toLocaleString(locale, { maximumFractionDigits: 1 }),
          }),
    perKwh: (micro: number): string =>
      currency
        ? `${(micro / MILLION).toLocaleString(locale, { maximumFractionDigits: 3 })} ${currency}/kWh`
        : `${Math.round(micro / KILO).toLocaleString(locale)} g/kWh`,
  };
}
