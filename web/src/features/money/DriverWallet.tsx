// A driver's wallet: what is left, adding to it, redeeming a voucher, and everything that happened.
import { Button, Group, NativeSelect, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPlus, IconTicket } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLogin, useMay } from "@/api/login";
import { currencies } from "@/lib/zones";
import { Failure } from "@/ui/Failure";
import { FormDialog } from "@/ui/FormDialog";
import { Panel } from "@/ui/Panel";
import { Money } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { useMoneyWrites, walletOptions } from "./queries";
import { Transactions } from "./Transactions";

const SOURCES = ["credit", "cash", "held"] as const;

function AddFunds({ driver, onClose }: { driver: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { organisation } = useLogin();
  const { addToWallet } = useMoneyWrites();
  const form = useForm({
    initialValues: { source: "credit", amount: "", currency: organisation.currency, reason: "" },
    validate: {
      amount: (value) => (value.trim() ? null : t("form.required")),
      reason: (value) => (value.trim() ? null : t("form.required")),
    },
  });
  return (
    <FormDialog
      title={t("money.addFunds")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("money.addFunds")}
      onSubmit={async (values) => {
        await addToWallet(driver, { ...values, amount: values.amount.replace(",", ".") });
      }}
    >
      <Radio.Group label={t("money.source")} {...form.getInputProps("source")}>
        <Stack gap={6} mt={4}>
          {SOURCES.map((value) => (
            <Radio
              key={value}
              value={value}
              label={t(`money.sources.${value}`)}
              description={t(`money.sourceMeans.${value}`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      <Group gap="xs" grow>
        <TextInput
          label={t("money.amount")}
          description={t("money.onlyMore")}
          required
          inputMode="decimal"
          data-autofocus
          {...form.getInputProps("amount")}
        />
        <NativeSelect
          label={t("money.currency")}
          description={t("money.currencyHelp")}
          data={currencies()}
          {...form.getInputProps("currency")}
        />
      </Group>
      <TextInput
        label={t("money.reason")}
        description={t("money.reasonHelp")}
        required
        {...form.getInputProps("reason")}
      />
    </FormDialog>
  );
}

function Redeem({ driver, onClose }: { driver: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { redeem } = useMoneyWrites();
  const form = useForm({
    initialValues: { code: "" },
    validate: { code: (value) => (value.trim() ? null : t("form.required")) },
  });
  return (
    <FormDialog
      title={t("money.redeem")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("money.redeem")}
      onSubmit={async ({ code }) => {
        await redeem(driver, code);
      }}
    >
      <TextInput
        label={t("money.code")}
        description={t("money.codeHelp")}
        required
        data-autofocus
        {...form.getInputProps("code")}
      />
    </FormDialog>
  );
}

export function DriverWallet({ driver }: { driver: string }) {
  const { t } = useTranslation();
  const mayAdd = useMay("billing");
  const mayRedeem = useMay("drivers");
  const { data, error, refetch } = useQuery(walletOptions(driver));
  const [open, setOpen] = useState<"add" | "redeem" | null>(null);
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting />;
  return (
    <Stack gap="md">
      <Panel title={t("money.balance")}>
        <Stack gap="sm">
          <Group gap="xl" aria-live="polite">
            {data.items.length === 0 && <Text c="dimmed">{t("money.emptyWallet")}</Text>}
            {data.items.map((each) => (
              <Text key={each.currency} fz={28} fw={650} c={each.amount.startsWith("-") ? "red" : undefined}>
                <Money cost={each} />
              </Text>
            ))}
          </Group>
          <Text size="sm" c="dimmed">
            {t("money.walletMeans")}
          </Text>
          <Group gap="xs">
            {mayAdd && (
              <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen("add")}>
                {t("money.addFunds")}
              </Button>
            )}
            {mayRedeem && (
              <Button
                variant="default"
                leftSection={<IconTicket size={16} />}
                onClick={() => setOpen("redeem")}
              >
                {t("money.redeem")}
              </Button>
            )}
          </Group>
        </Stack>
      </Panel>
      <Transactions driver={driver} />
      {open === "add" && <AddFunds driver={driver} onClose={() => setOpen(null)} />}
      {open === "redeem" && <Redeem driver={driver} onClose={() => setOpen(null)} />}
    </Stack>
  );
}
