// Why a session costs what it costs: a line for each price of the tariff that was asked for.
import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Session } from "@/api/types";
import { Panel } from "@/ui/Panel";
import { ReceiptTable } from "@/ui/ReceiptTable";
import { useReceipt } from "./queries";

export function ReceiptPanel({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { data: receipt } = useReceipt(session);
  if (!receipt) return null;
  return (
    <Panel
      title={t("session.why")}
      aside={!receipt.is_final && <Badge variant="light">{t("session.soFar")}</Badge>}
    >
      <ReceiptTable receipt={receipt} zone={session.site_time_zone} label={t("session.why")} />
    </Panel>
  );
}
