// How far the prices of a zone are known, how old that is, and why not more.
import { Alert, Text } from "@mantine/core";
import { IconCloudOff, IconFlask } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { SpotPrices, SpotZone } from "@/api/types";
import { useNow } from "@/lib/useNow";
import { Timestamp } from "@/ui/Values";

/** Milliseconds of known prices ahead below which one should know why. */
const SOON = 12 * 3_600_000;

export function FeedState({ zone, prices }: { zone: SpotZone; prices: SpotPrices | undefined }) {
  const { t } = useTranslation();
  const now = useNow(60_000).getTime();
  const ahead = zone.known_until ? Date.parse(zone.known_until) - now : Number.NEGATIVE_INFINITY;
  const demo = prices?.prices.some((each) => each.source === "demo") ?? false;
  return (
    <>
      {demo && (
        <Alert variant="light" color="violet" icon={<IconFlask size={18} />}>
          {t("electricity.demo")}
        </Alert>
      )}
      {zone.problem && ahead < SOON && (
        <Alert
          variant="light"
          color="orange"
          role="status"
          icon={<IconCloudOff size={18} />}
          title={t("electricity.feedFails")}
        >
          {t("electricity.feedFailsText", { problem: zone.problem })}
        </Alert>
      )}
      <Text size="sm" c="dimmed" component="div">
        {zone.known_until ? (
          <>
            {t("electricity.knownUntil")} <Timestamp at={zone.known_until} zone={zone.time_zone} />
          </>
        ) : (
          t("electricity.nothingKnown")
        )}
        {" · "}
        {!zone.in_feed ? (
          t("electricity.fileOnly")
        ) : zone.read_at ? (
          <>
            {t("electricity.readAt")} <Timestamp at={zone.read_at} zone={zone.time_zone} />
          </>
        ) : (
          t("electricity.notRead")
        )}
      </Text>
    </>
  );
}
