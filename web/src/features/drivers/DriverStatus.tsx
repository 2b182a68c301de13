// How far a driver has come, as a badge.
import { useTranslation } from "react-i18next";
import { ToneBadge } from "@/ui/StatusBadge";

const TONES = { invited: "amber", active: "green", blocked: "red" } as const;

export function DriverStatus({ status }: { status: string }) {
  const { t } = useTranslation();
  const tone = TONES[status as keyof typeof TONES] ?? "grey";
  return <ToneBadge tone={tone}>{t(`driver.status.${status}`)}</ToneBadge>;
}
