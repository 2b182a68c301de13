// Commands for many chargers: the list, and one of them.
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { BulkJobDetail, BulkJobList, useJobName } from "@/features/commands/BulkJobs";
import { bulkJobOptions } from "@/features/commands/queries";
import { RouteLink } from "@/ui/Links";
import { Page } from "@/ui/Page";

export function BulkJobsPage() {
  const { t } = useTranslation();
  return (
    <Page
      title={t("bulk.list")}
      lead={t("bulk.lead")}
      above={<RouteLink to="/chargers">{t("charger.title")}</RouteLink>}
    >
      <BulkJobList />
    </Page>
  );
}

export function BulkJobPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: "/bulk/$id" });
  const name = useJobName();
  const { data } = useQuery(bulkJobOptions(id));
  return (
    <Page
      title={data ? name(data) : t("bulk.one")}
      above={<RouteLink to="/bulk">{t("bulk.list")}</RouteLink>}
    >
      <BulkJobDetail id={id} />
    </Page>
  );
}
