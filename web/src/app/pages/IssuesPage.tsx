// The issue log.
import { useTranslation } from "react-i18next";
import { AddIssueButton, IssueList } from "@/features/issues/IssueList";
import { Page } from "@/ui/Page";

export function IssuesPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("issue.log")} lead={t("issue.lead")} actions={<AddIssueButton />}>
      <IssueList />
    </Page>
  );
}
