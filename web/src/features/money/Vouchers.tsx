// Vouchers: made with their codes shown once, redeemed by drivers, withdrawn while nobody has.
import { Alert, Button, Code, Group, NativeSelect, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPlus, IconTicket } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLogin, useMay } from "@/api/login";
import type { Voucher } from "@/api/types";
import { dayEnd } from "@/lib/days";
import { currencies } from "@/lib/zones";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { CopyIcon } from "@/ui/Copy";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { FormDialog } from "@/ui/FormDialog";
import { ToneBadge } from "@/ui/StatusBadge";
import type { Tone } from "@/ui/status";
import { Money, Outside, Timestamp } from "@/ui/Values";
import { useZone } from "@/ui/zone";
import { useMoneyWrites, useVouchers } from "./queries";

const KINDS = ["fixed", "refund", "corporate"] as const;

type State = "open" | "redeemed" | "withdrawn" | "expired";
const TONES: Record<State, Tone> = { open: "green", redeemed: "blue", withdrawn: "grey", expired: "grey" };

function stateOf(voucher: Voucher): State {
  if (voucher.redeemed_at) return "redeemed";
  if (voucher.withdrawn_at) return "withdrawn";
  return voucher.expires_at && Date.parse(voucher.expires_at) <= Date.now() ? "expired" : "open";
}

function Made({ made }: { made: Voucher[] }) {
  const { t } = useTranslation();
  const codes = made.map((each) => each.code ?? "").join("\n");
  return (
    <Alert color="green" variant="light" title={t("money.codes")} role="status">
      <Stack gap="xs">
        <Text>{t("money.codesOnce")}</Text>
        <Code block mah={240} style={{ overflow: "auto" }}>
          {codes}
        </Code>
        <Group>
          <CopyIcon text={codes} label={t("money.copyCodes")} />
        </Group>
      </Stack>
    </Alert>
  );
}

function MakeVouchers({ onClose, onMade }: { onClose: () => void; onMade: (made: Voucher[]) => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const { organisation } = useLogin();
  const { makeVouchers } = useMoneyWrites();
  const form = useForm({
    initialValues: {
      kind: "fixed",
      amount: "",
      currency: organisation.currency,
      expires: "",
      reason: "",
      count: 1,
    },
    validate: {
      amount: (value) => (value.trim() ? null : t("form.required")),
      reason: (value) => (value.trim() ? null : t("form.required")),
    },
  });
  return (
    <FormDialog
      title={t("money.makeVouchers")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("money.makeVouchers")}
      onSubmit={async ({ kind, amount, currency, expires, reason, count }) => {
        const expires_at = expires ? (dayEnd(expires, zone) ?? null) : null;
        const body = { kind, amount: amount.replace(",", "."), currency, expires_at, reason, count };
        onMade((await makeVouchers(body)).items);
      }}
    >
      <NativeSelect
        label={t("money.voucherKindLabel")}
        data={KINDS.map((value) => ({ value, label: t(`money.voucherKind.${value}`) }))}
        {...form.getInputProps("kind")}
      />
      <Group gap="xs" grow>
        <TextInput
          label={t("money.amount")}
          required
          inputMode="decimal"
          data-autofocus
          {...form.getInputProps("amount")}
        />
        <NativeSelect label={t("money.currency")} data={currencies()} {...form.getInputProps("currency")} />
      </Group>
      <TextInput
        label={t("money.reason")}
        description={t("money.reasonHelp")}
        required
        {...form.getInputProps("reason")}
      />
      <Group gap="xs" grow>
        <TextInput
          type="date"
          label={t("money.expires")}
          description={t("money.expiresHelp")}
          {...form.getInputProps("expires")}
        />
        <NumberInput
          label={t("money.count")}
          description={t("money.countHelp")}
          min={1}
          max={500}
          allowDecimal={false}
          {...form.getInputProps("count")}
        />
      </Group>
    </FormDialog>
  );
}

export function Vouchers() {
  const { t } = useTranslation();
  const mayMake = useMay("billing");
  const { withdrawVoucher } = useMoneyWrites();
  const list = useVouchers();
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<Voucher[]>([]);
  const [withdrawing, setWithdrawing] = useState<Voucher | null>(null);
  const columns: Column<Voucher>[] = [
    {
      accessor: "code_end",
      title: t("money.code"),
      render: (row) => <span className="tabular">····-····-{row.code_end}</span>,
    },
    {
      accessor: "state",
      title: t("money.state"),
      render: (row) => (
        <ToneBadge tone={TONES[stateOf(row)]}>{t(`money.voucherState.${stateOf(row)}`)}</ToneBadge>
      ),
    },
    {
      accessor: "kind",
      title: t("money.voucherKindLabel"),
      render: (row) => t(`money.voucherKind.${row.kind}`, { defaultValue: row.kind }),
    },
    {
      accessor: "value",
      title: t("money.amount"),
      textAlign: "right",
      render: (row) => <Money cost={row.value} />,
    },
    { accessor: "reason", title: t("money.reason"), render: (row) => <Outside line text={row.reason} /> },
    { accessor: "expires_at", title: t("money.expires"), render: (row) => <Timestamp at={row.expires_at} /> },
    {
      accessor: "driver_name",
      title: t("money.redeemedBy"),
      render: (row) => <Outside line text={row.driver_name} />,
    },
    {
      accessor: "actions",
      title: "",
      render: (row) =>
        mayMake &&
        stateOf(row) === "open" && (
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            aria-label={t("money.withdrawVoucher", { code: row.code_end })}
            onClick={() => setWithdrawing(row)}
          >
            {t("money.withdrawShort")}
          </Button>
        ),
    },
  ];
  return (
    <Stack gap="sm">
      {mayMake && (
        <Group justify="flex-end">
          <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
            {t("money.makeVouchers")}
          </Button>
        </Group>
      )}
      {made.length > 0 && <Made made={made} />}
      <DataTable<Voucher>
        list={list}
        columns={columns}
        label={t("money.vouchers")}
        minWidth={820}
        empty={
          <EmptyState icon={IconTicket} title={t("money.noVouchers")} text={t("money.noVouchersText")} />
        }
      />
      {making && <MakeVouchers onClose={() => setMaking(false)} onMade={setMade} />}
      <ConfirmAction
        opened={withdrawing !== null}
        onClose={() => setWithdrawing(null)}
        title={t("money.withdrawVoucher", { code: withdrawing?.code_end })}
        consequence={t("money.withdrawVoucherText")}
        confirmLabel={t("money.withdrawShort")}
        onConfirm={async () => {
          if (withdrawing) await withdrawVoucher(withdrawing.id);
        }}
      />
    </Stack>
  );
}
