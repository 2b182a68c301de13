// One payment: what it is about, what became of it step by step, and what can be done.
import { Button, Drawer, Group, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Payment } from "@/api/types";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { CopyLine } from "@/ui/Copy";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { FormDialog } from "@/ui/FormDialog";
import { RouteLink } from "@/ui/Links";
import { Absent, Money, Outside, Timestamp } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { PaymentStateBadge, useReasonText } from "./PaymentState";
import { paymentOptions, usePaymentWrites } from "./queries";

const SOURCES = ["goodwill", "wallet"] as const;

function rest(payment: Payment): number {
  return Number(payment.taken.amount) - Number(payment.given_back.amount);
}

function Refund({ payment, onClose }: { payment: Payment; onClose: () => void }) {
  const { t } = useTranslation();
  const { refund } = usePaymentWrites();
  const form = useForm({
    initialValues: { amount: "", source: "goodwill", reason: "" },
    validate: {
      amount: (value) => (value.trim() ? null : t("form.required")),
      reason: (value) => (value.trim() ? null : t("form.required")),
    },
  });
  return (
    <FormDialog
      title={t("payment.refund")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("payment.refund")}
      onSubmit={async (values) => {
        await refund(payment.id, { ...values, amount: values.amount.replace(",", ".") });
      }}
    >
      <Text>{t("payment.refundText", { card: payment.card, who: payment.driver_name })}</Text>
      <TextInput
        label={t("payment.amountIn", { currency: payment.total.currency })}
        required
        inputMode="decimal"
        data-autofocus
        {...form.getInputProps("amount")}
      />
      <Radio.Group label={t("payment.source")} {...form.getInputProps("source")}>
        <Stack gap={6} mt={4}>
          {SOURCES.map((value) => (
            <Radio
              key={value}
              value={value}
              label={t(`payment.sources.${value}`)}
              description={t(`payment.sourceMeans.${value}`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      <TextInput label={t("payment.refundReason")} required {...form.getInputProps("reason")} />
    </FormDialog>
  );
}

function Content({ id }: { id: string }) {
  const { t } = useTranslation();
  const mayChange = useMay("billing");
  const { cancel } = usePaymentWrites();
  const reasonText = useReasonText();
  const [open, setOpen] = useState<"refund" | "cancel" | null>(null);
  const { data, error, refetch } = useQuery(paymentOptions(id));
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting />;
  const { payment, steps } = data;
  return (
    <Stack gap="md">
      <Facts
        rows={[
          [t("payment.what"), t(`payment.kind.${payment.kind}`)],
          [t("payment.stateColumn"), <PaymentStateBadge key="s" state={payment.state} />],
          [t("payment.amount"), <Money key="a" cost={payment.total} />],
          [t("payment.taken"), <Money key="t" cost={payment.taken} />],
          [t("payment.backColumn"), <Money key="b" cost={payment.given_back} />],
          [t("payment.fee"), <Money key="f" cost={payment.fee} />],
          [
            t("payment.driver"),
            <RouteLink key="d" to="/drivers/$id" params={{ id: payment.driver_id }}>
              <Outside text={payment.driver_name} />
            </RouteLink>,
          ],
          [
            t("payment.session"),
            payment.session_id ? (
              <RouteLink key="r" to="/sessions/$id" params={{ id: payment.session_id }}>
                {t("payment.toReceipt")}
              </RouteLink>
            ) : (
              <Absent key="r" />
            ),
          ],
          [t("payment.card"), payment.card ? <Outside key="c" text={payment.card} /> : <Absent key="c" />],
          [
            t("payment.reference"),
            payment.reference ? <Outside key="p" mono text={payment.reference} /> : <Absent key="p" />,
          ],
          [t("payment.tries"), String(payment.tries)],
          [t("money.madeBy"), payment.made_by ?? t("money.itself")],
        ]}
      />
      {payment.address && <CopyLine label={t("payment.link")} text={payment.address} />}
      {mayChange && (
        <Group gap="xs">
          {rest(payment) > 0 && (
            <Button variant="default" onClick={() => setOpen("refund")}>
              {t("payment.refund")}
            </Button>
          )}
          {payment.state === "asked" && (
            <Button variant="default" onClick={() => setOpen("cancel")}>
              {t("payment.cancel")}
            </Button>
          )}
        </Group>
      )}
      <Stack gap={6}>
        <Text fw={600}>{t("payment.steps")}</Text>
        {steps.map((step) => (
          <Group key={step.at + step.state} gap="xs" wrap="nowrap" align="flex-start">
            <Text size="sm" c="dimmed">
              <Timestamp at={step.at} seconds />
            </Text>
            <PaymentStateBadge state={step.state} />
            {step.reason && <Text size="sm">{reasonText(step.reason)}</Text>}
          </Group>
        ))}
      </Stack>
      {open === "refund" && <Refund payment={payment} onClose={() => setOpen(null)} />}
      <ConfirmAction
        opened={open === "cancel"}
        onClose={() => setOpen(null)}
        title={t("payment.cancel")}
        consequence={t("payment.cancelText")}
        confirmLabel={t("payment.cancel")}
        onConfirm={() => cancel(payment.id)}
      />
    </Stack>
  );
}

export function PaymentDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size="md"
      title={t("payment.one")}
      closeButtonProps={{ "aria-label": t("form.close") }}
    >
      {id && <Content id={id} />}
    </Drawer>
  );
}
