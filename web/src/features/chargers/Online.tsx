// Whether a charger is connected, in one badge.
import { useTranslation } from "react-i18next";
import type { Station } from "@/api/types";
import { ToneBadge } from "@/ui/StatusBadge";

export function Online({ station }: { station: Station }) {
  const { t } = useTranslation();
  if (station.registration === "pending") return <ToneBadge tone="amber">{t("charger.pending")}</ToneBadge>;
  if (station.registration === "rejected") return <ToneBadge tone="red">{t("charger.rejected")}</ToneBadge>;
  if (station.online) return <ToneBadge tone="green">{t("charger.online")}</ToneBadge>;
  return (
    <ToneBadge tone="grey" outline>
      {station.last_seen_at ? t("charger.offline") : t("charger.never")}
    </ToneBadge>
  );
}
