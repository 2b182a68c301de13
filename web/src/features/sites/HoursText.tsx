// Opening hours in words.
import { useTranslation } from "react-i18next";
import type { OpeningHours } from "@/api/types";
import { Absent } from "@/ui/Values";
import { useDayName } from "./HoursEditor";
import { inWords } from "./hours";

export function HoursText({ hours }: { hours: OpeningHours | null }) {
  const { t } = useTranslation();
  const dayName = useDayName("short");
  if (!hours) return <Absent />;
  const lines = hours.always ? [t("hours.always")] : inWords(hours, dayName);
  if (lines.length === 0) lines.push(t("hours.closed"));
  return (
    <>
      {lines.map((line) => (
        <div key={line} className="tabular">
          {line}
        </div>
      ))}
      {hours.exceptions.length > 0 && (
        <div className="quiet">{t("hours.withExceptions", { count: hours.exceptions.length })}</div>
      )}
    </>
  );
}
