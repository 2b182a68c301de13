// What became of a payment, as a word and a colour; why it failed, in words where they are known.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Payment } from "@/api/types";
import { ToneBadge } from "@/ui/StatusBadge";
import type { Tone } from "@/ui/status";
import { Timestamp } from "@/ui/Values";

const TONES: Record<Payment["state"], Tone> = {
  asked: "blue",
  processing: "amber",
  held: "amber",
  paid: "green",
  failed: "red",
  cancelled: "grey",
};

export function PaymentStateBadge({ state }: { state: Payment["state"] }) {
  const { t } = useTranslation();
  return <ToneBadge tone={TONES[state]}>{t(`payment.state.${state}`)}</ToneBadge>;
}

export function useReasonText(): (reason: string) => string {
  const { t } = useTranslation();
  return (reason) => t(`payment.reason.${reason}`, { defaultValue: reason.replaceAll("_", " ") });
}

export function PaymentStory({ payment }: { payment: Payment }) {
  const { t } = useTranslation();
  const reasonText = useReasonText();
  return (
    <div>
      <PaymentStateBadge state={payment.state} />
      {payment.reason && (
        <Text size="sm" c="dimmed">
          {reasonText(payment.reason)}
        </Text>
      )}
      {payment.waits && (
        <Text size="sm" c="dimmed">
          {payment.again_at ? (
            <>
              {t("payment.again")} <Timestamp at={payment.again_at} />
            </>
          ) : (
            t("payment.againNext")
          )}
        </Text>
      )}
    </div>
  );
}
