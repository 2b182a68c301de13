// Idle fees.
import { useTranslation } from "react-i18next";
import { AddIdleFeeButton, IdleFeeList } from "@/features/idle-fees/IdleFeeList";
import { Page } from "@/ui/Page";

export function IdleFeesPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("idleFee.title")} lead={t("idleFee.lead")} actions={<AddIdleFeeButton />}>
      <IdleFeeList />
    </Page>
  );
}
