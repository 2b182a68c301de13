// A price per kilowatt-hour in words: the market's have more decimals than money.
import { useTranslation } from "react-i18next";
import { useLocale } from "@/ui/Values";

/** Decimals shown at most: a hundredth of a cent. */
const DECIMALS = 4;

export function perKwh(amount: string, currency: string, locale: string): string {
  const format = new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    minimumFractionDigits: 2,
    maximumFractionDigits: DECIMALS,
  });
  // A decimal text is formatted exactly; a number would round it first.
  return format.format(amount as unknown as number);
}

/** Formats prices of one currency, without the unit. */
export function usePerKwh(currency: string): (amount: string) => string {
  const locale = useLocale();
  useTranslation();
  return (amount) => perKwh(amount, currency, locale);
}
