// A tariff in words: what is charged, when, and what the prices contain.
import { List, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { TariffRules } from "@/api/types";
import { useLocale } from "@/ui/Values";
import { spoken } from "./words";

export function TariffWords({ rules }: { rules: TariffRules }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { parts, notes } = spoken(rules, locale, t);
  return (
    <Stack gap={6}>
      <List size="sm" spacing={4}>
        {parts.map(({ when, prices }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a part is nothing but its place in the list
          <List.Item key={index}>
            {when && <Text span fw={600} size="sm">{`${when}: `}</Text>}
            {prices.join("; ")}
          </List.Item>
        ))}
      </List>
      <Text size="sm" c="dimmed">
        {notes.join(" ")}
      </Text>
    </Stack>
  );
}
