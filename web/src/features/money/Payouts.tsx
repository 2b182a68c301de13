// Available revenue, withdrawing it, where it goes, and what became of each request.
import { Alert, Button, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconBuildingBank, IconCash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Payout } from "@/api/types";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { FormDialog } from "@/ui/FormDialog";
import { Panel } from "@/ui/Panel";
import { ToneBadge } from "@/ui/StatusBadge";
import type { Tone } from "@/ui/status";
import { Money, Outside, Timestamp } from "@/ui/Values";
import { bankOptions, useAvailable, useMoneyWrites, usePayouts } from "./queries";

const TONES: Record<Payout["state"], Tone> = {
  requested: "amber",
  approved: "blue",
  paid: "green",
  rejected: "red",
};

export function PayoutState({ state }: { state: Payout["state"] }) {
  const { t } = useTranslation();
  return <ToneBadge tone={TONES[state]}>{t(`money.payoutState.${state}`)}</ToneBadge>;
}

function Withdraw({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { requestPayout } = useMoneyWrites();
  const available = useAvailable().filter((each) => Number(each.amount) > 0);
  const first = available[0];
  const form = useForm({
    initialValues: { amount: first?.amount ?? "", currency: first?.currency ?? "EUR" },
    validate: { amount: (value) => (value.trim() ? null : t("form.required")) },
  });
  return (
    <FormDialog
      title={t("money.withdraw")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("money.withdrawAsk")}
      onSubmit={async ({ amount, currency }) => {
        await requestPayout(amount.replace(",", "."), currency);
      }}
    >
      <Text>{t("money.withdrawText")}</Text>
      <Group gap="xs" grow>
        <TextInput
          label={t("money.amount")}
          required
          inputMode="decimal"
          data-autofocus
          {...form.getInputProps("amount")}
        />
        <NativeSelect
          label={t("money.currency")}
          data={available.map((each) => each.currency)}
          {...form.getInputProps("currency")}
        />
      </Group>
    </FormDialog>
  );
}

function BankForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { data } = useQuery(bankOptions);
  const { setBank } = useMoneyWrites();
  const form = useForm({
    initialValues: data ?? { holder: "", iban: "", bic: "" },
    validate: {
      holder: (value) => (value.trim() ? null : t("form.required")),
      iban: (value) => (value.trim() ? null : t("form.required")),
    },
  });
  return (
    <FormDialog
      title={t("money.bank")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("form.save")}
      onSubmit={async (bank) => {
        await setBank(bank);
      }}
    >
      <TextInput label={t("money.holder")} required data-autofocus {...form.getInputProps("holder")} />
      <TextInput label="IBAN" required {...form.getInputProps("iban")} />
      <TextInput label="BIC" description={t("money.bicHelp")} {...form.getInputProps("bic")} />
    </FormDialog>
  );
}

export function usePayoutColumns(): Column<Payout>[] {
  const { t } = useTranslation();
  return [
    {
      accessor: "requested_at",
      title: t("money.requestedAt"),
      render: (row) => (
        <div>
          <Timestamp at={row.requested_at} />
          <Text size="sm" c="dimmed">
            <Outside line text={row.requested_by} />
          </Text>
        </div>
      ),
    },
    {
      accessor: "state",
      title: t("money.state"),
      render: (row) => (
        <div>
          <PayoutState state={row.state} />
          {row.state === "requested" && (
            <Text size="sm" c="dimmed">
              {t("money.dueOn", { day: row.due_on })}
            </Text>
          )}
          {row.reason && (
            <Text size="sm" c="dimmed">
              <Outside text={row.reason} />
            </Text>
          )}
        </div>
      ),
    },
    {
      accessor: "bank",
      title: t("money.bank"),
      render: (row) => (
        <div>
          <Outside line text={row.bank.holder} />
          <Text size="sm" c="dimmed">
            <Outside line mono text={row.bank.iban} />
          </Text>
        </div>
      ),
    },
    {
      accessor: "total",
      title: t("money.total"),
      textAlign: "right",
      render: (row) => <Money cost={row.total} />,
    },
  ];
}

export function Payouts() {
  const { t } = useTranslation();
  const mayAsk = useMay("billing");
  const available = useAvailable();
  const { data: bank } = useQuery(bankOptions);
  const [open, setOpen] = useState<"withdraw" | "bank" | null>(null);
  const list = usePayouts();
  const some = available.some((each) => Number(each.amount) > 0);
  return (
    <Stack gap="md">
      <Panel title={t("money.available")}>
        <Stack gap="sm">
          <Group gap="xl" style={{ rowGap: 4 }} aria-live="polite">
            {available.length === 0 && <Text c="dimmed">{t("money.nothingAvailable")}</Text>}
            {available.map((each) => (
              <Text key={each.currency} fz={28} fw={650}>
                <Money cost={each} />
              </Text>
            ))}
          </Group>
          <Text size="sm" c="dimmed">
            {t("money.availableMeans")}
          </Text>
          {!bank && mayAsk && some && (
            <Alert color="yellow" variant="light">
              {t("money.noBank")}
            </Alert>
          )}
          {mayAsk && (
            <Group gap="xs">
              <Button
                leftSection={<IconCash size={16} />}
                disabled={!some || !bank}
                onClick={() => setOpen("withdraw")}
              >
                {t("money.withdraw")}
              </Button>
              <Button
                variant="default"
                leftSection={<IconBuildingBank size={16} />}
                onClick={() => setOpen("bank")}
              >
                {t(bank ? "money.changeBank" : "money.addBank")}
              </Button>
            </Group>
          )}
          {bank && (
            <Text size="sm">
              {t("money.goesTo")} <Outside text={bank.holder} /> · <Outside mono text={bank.iban} />
            </Text>
          )}
        </Stack>
      </Panel>
      <DataTable<Payout>
        list={list}
        columns={usePayoutColumns()}
        label={t("money.payouts")}
        empty={<EmptyState icon={IconCash} title={t("money.noPayouts")} text={t("money.noPayoutsText")} />}
      />
      {open === "withdraw" && <Withdraw onClose={() => setOpen(null)} />}
      {open === "bank" && bank !== undefined && <BankForm onClose={() => setOpen(null)} />}
    </Stack>
  );
}
