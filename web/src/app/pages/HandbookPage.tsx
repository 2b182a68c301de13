// The handbook, and whom to turn to.
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Handbook } from "@/features/handbook/Handbook";
import { profileOptions } from "@/features/organisation/queries";
import { Page } from "@/ui/Page";

function Contact() {
  const { t } = useTranslation();
  const { data } = useQuery(profileOptions);
  const contact = data?.details.platform_support;
  const words = [contact?.name, contact?.phone, contact?.email].filter(Boolean).join(" · ");
  return (
    <Text c="dimmed">{words ? t("handbook.contact", { contact: words }) : t("handbook.noContact")}</Text>
  );
}

export function HandbookPage() {
  const { t } = useTranslation();
  const { slug } = useParams({ strict: false }) as { slug?: string };
  return (
    <Page title={t("handbook.title")} lead={<Contact />}>
      <Handbook slug={slug} />
    </Page>
  );
}
