// Invoices, and one of them.
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { InvoiceDetail } from "@/features/money/InvoiceDetail";
import { Invoices } from "@/features/money/Invoices";
import { Page } from "@/ui/Page";

export function InvoicesPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("invoice.title")} lead={t("invoice.lead")}>
      <Invoices />
    </Page>
  );
}

export function InvoicePage() {
  const { id } = useParams({ from: "/invoices/$id" });
  return <InvoiceDetail id={id} />;
}
