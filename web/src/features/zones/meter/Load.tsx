// A reading: the current on each phase.
import { useTranslation } from "react-i18next";
import { useLocale } from "@/ui/Values";

interface LoadProps {
  load: { l1: number; l2: number; l3: number };
}

export function Load({ load }: LoadProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const amps = (ma: number) => (ma / 1_000).toLocaleString(locale, { maximumFractionDigits: 1 });
  return <span>{t("zoneMeter.perPhase", { l1: amps(load.l1), l2: amps(load.l2), l3: amps(load.l3) })}</span>;
}

interface TroubleProps {
  trouble: { code: string; detail: string | null; text: string };
}

/** What is wrong, in the reader's language. */
export function TroubleText({ trouble }: TroubleProps) {
  const { t } = useTranslation();
  return (
    <>
      {t(`zoneMeter.troubles.${trouble.code}`, {
        detail: trouble.detail ?? "",
        defaultValue: trouble.text,
      })}
    </>
  );
}
