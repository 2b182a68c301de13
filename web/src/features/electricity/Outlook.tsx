// What a profile's electricity costs now, and the hours around it.
import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { PriceOutlook } from "@/api/types";
import { PriceCurve } from "./PriceCurve";
import { PriceNow } from "./PriceNow";

export function Outlook({ of }: { of: PriceOutlook }) {
  const { t } = useTranslation();
  return (
    <Stack gap="md">
      {of.now ? (
        <PriceNow price={of.now} currency={of.currency} />
      ) : (
        <Text size="sm">{t("electricity.nowUnknown")}</Text>
      )}
      {of.prices.length > 0 && (
        <PriceCurve
          rows={of.prices}
          from={of.from}
          until={of.until}
          zone={of.time_zone}
          currency={of.currency}
          label={t("priceProfile.curveLabel", { clock: of.time_zone })}
        />
      )}
    </Stack>
  );
}
