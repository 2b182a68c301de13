// A fee for blocking a plug in words: when it begins, what it comes to, and what begins it.
import { Stack, Text } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { IdleFeeRules } from "@/api/types";
import { money } from "@/lib/format";
import { useLocale } from "./Values";

const isNothing = (amount: string | undefined) => !amount || Number(amount) === 0;

/** What it comes to, in one sentence. */
export function feeText(rules: IdleFeeRules, locale: string, t: TFunction): string {
  const price = (amount: string) => money(amount, rules.currency, locale);
  const parts: string[] = [];
  if (!isNothing(rules.flat)) parts.push(t("idleFee.words.flat", { price: price(rules.flat ?? "0") }));
  if (!isNothing(rules.recurring))
    parts.push(
      t(rules.at_once ? "idleFee.words.recurringAtOnce" : "idleFee.words.recurring", {
        price: price(rules.recurring ?? "0"),
        minutes: rules.every_min,
      }),
    );
  const fee = new Intl.ListFormat(locale, { type: "conjunction" }).format(parts);
  const cap = rules.uncapped
    ? t("idleFee.words.uncapped")
    : rules.cap
      ? t("idleFee.words.cap", { price: price(rules.cap) })
      : t("idleFee.words.platformCap");
  return `${t("idleFee.words.after", { minutes: rules.grace_min, fee })} ${cap}`;
}

/** What begins it. */
export function triggerTexts(rules: IdleFeeRules, t: TFunction): string[] {
  const { after_charging, idle_min, max_stay_min } = rules.triggers;
  const texts: string[] = [];
  if (after_charging) texts.push(t("idleFee.words.afterCharging"));
  if (idle_min)
    texts.push(
      t(rules.idle_counts_as_grace ? "idleFee.words.idleAsGrace" : "idleFee.words.idle", {
        minutes: idle_min,
      }),
    );
  if (max_stay_min) texts.push(t("idleFee.words.maxStay", { minutes: max_stay_min }));
  return texts;
}

export function IdleFeeWords({ rules }: { rules: IdleFeeRules }) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <Stack gap={2}>
      <Text size="sm">{feeText(rules, locale, t)}</Text>
      {triggerTexts(rules, t).map((text) => (
        <Text key={text} size="sm" c="dimmed">
          {text}
        </Text>
      ))}
    </Stack>
  );
}
