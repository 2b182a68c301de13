// Where people come back to from the payment provider's page. It says nothing of what they did there: that arrives otherwise.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { LoginFrame } from "@/features/login/LoginFrame";

export function Paid() {
  const { t } = useTranslation();
  return (
    <LoginFrame title={t("payment.thanks")} lead={t("payment.thanksText")}>
      <Text c="dimmed">{t("payment.thanksClose")}</Text>
    </LoginFrame>
  );
}
