// Why a session costs what it costs: a line for each price of the tariff that was asked for.
import { Badge, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Receipt, Session } from "@/api/types";
import { Panel } from "@/ui/Panel";
import { ReceiptTable } from "@/ui/ReceiptTable";
import { Money } from "@/ui/Values";
import { useReceipt } from "./queries";

/** What the driver read on the charger's display, where it computes costs. */
function ChargerTotal({ receipt }: { receipt: Receipt }) {
  const { t } = useTranslation();
  const told = receipt.charger_total;
  if (!told) return null;
  const same = told.amount === receipt.with_vat && told.currency === receipt.currency;
  return (
    <Text size="sm" c={same || !receipt.is_final ? "dimmed" : undefined} mt="xs">
      {t("session.chargerTotal")} <Money cost={told} />
      {receipt.is_final && !same && `. ${t("session.chargerTotalDiffers")}`}
    </Text>
  );
}

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
      <ChargerTotal receipt={receipt} />
    </Panel>
  );
}
