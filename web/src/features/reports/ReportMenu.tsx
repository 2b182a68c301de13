// What the tab shows, as a file; the days and the site are those on the screen.
import { useTranslation } from "react-i18next";
import { ExportMenu } from "@/ui/list/ExportMenu";

interface ReportMenuProps {
  tab: string;
  range: { from: string; to: string };
  site?: string;
}

export function ReportMenu({ tab, range, site }: ReportMenuProps) {
  const { t } = useTranslation();
  return (
    <ExportMenu
      route={`/reports/${tab}`}
      query={{ from: range.from, to: range.to, site_id: site }}
      label={t("dashboard.download")}
    />
  );
}
