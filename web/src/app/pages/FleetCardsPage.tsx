// Fleet cards.
import { useTranslation } from "react-i18next";
import { CardList, OrderCardButton } from "@/features/fleet-cards/CardList";
import { Page } from "@/ui/Page";

export function FleetCardsPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("card.title")} lead={t("card.lead")} actions={<OrderCardButton />}>
      <CardList />
    </Page>
  );
}
