// Security of the whole network: who signs, which certificates there are, what chargers reported.
import { Stack, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { AuthorityPanel } from "@/features/security/AuthorityPanel";
import { CertificateList } from "@/features/security/CertificateList";
import { EventTable } from "@/features/security/EventTable";
import { useUrlState } from "@/lib/urlState";
import { FilterSelect } from "@/ui/Filters";
import { Page } from "@/ui/Page";

export function SecurityPage() {
  const { t } = useTranslation();
  const [url] = useUrlState();
  return (
    <Page title={t("security.title")} lead={t("security.lead")}>
      <AuthorityPanel />
      <Stack gap="sm" component="section">
        <Title order={2}>{t("security.certificates")}</Title>
        <CertificateList />
      </Stack>
      <Stack gap="sm" component="section">
        <Title order={2}>{t("security.events")}</Title>
        <FilterSelect
          name="severity"
          label={t("security.severity")}
          choices={["critical", "high", "medium", "low"].map((value) => ({
            value,
            label: t(`security.severities.${value}`),
          }))}
        />
        <EventTable filter={{ severity: url.severity }} />
      </Stack>
    </Page>
  );
}
