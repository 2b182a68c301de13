// How the organisation is paid: the payment provider, and what it wants of drivers before they start.
import {
  Alert,
  Button,
  Checkbox,
  Group,
  NativeSelect,
  PasswordInput,
  Radio,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLogin, useMay } from "@/api/login";
import type { PaymentSettings as Found } from "@/api/types";
import { currencies } from "@/lib/zones";
import { CopyLine } from "@/ui/Copy";
import { Failure } from "@/ui/Failure";
import { Panel } from "@/ui/Panel";
import { fieldErrors, notifyDone, useProblemText } from "@/ui/problem";
import { ToneBadge } from "@/ui/StatusBadge";
import { Waiting } from "@/ui/Waiting";
import { paymentSettingsOptions, usePaymentWrites } from "./queries";

const STRATEGIES = ["post_pay", "pre_authorise", "prepaid"] as const;
/** Messages of the provider that are listened to. */
const EVENTS = "payment_intent.*, charge.*, checkout.session.*, payment_method.*";

const decimal = (text: string) => text.trim().replace(",", ".") || "0";

function RulesForm({ found }: { found: Found }) {
  const { t } = useTranslation();
  const { rules } = found;
  const { organisation } = useLogin();
  const mayChange = useMay("billing");
  const { setUp } = usePaymentWrites();
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const form = useForm({
    initialValues: {
      provider: rules?.provider ?? "stripe",
      secret_key: "",
      webhook_secret: "",
      address: rules?.address ?? "",
      strategy: rules?.strategy ?? "post_pay",
      currency: rules?.currency ?? organisation.currency,
      hold: rules?.hold ?? "",
      least_balance: rules?.least_balance ?? "",
      most_owed: rules?.most_owed ?? "",
      collects: rules?.collects ?? true,
    },
    validate: {
      secret_key: (value, values) =>
        values.provider === "stripe" && !value && rules?.provider !== "stripe" ? t("form.required") : null,
      webhook_secret: (value, values) =>
        values.provider === "stripe" && !value && rules?.provider !== "stripe" ? t("form.required") : null,
    },
  });
  const { provider, strategy, currency } = form.values;
  const byCard = provider === "stripe";
  const send = form.onSubmit(async ({ secret_key, webhook_secret, address, ...rest }) => {
    setBusy(true);
    setFailed(null);
    try {
      const secrets = {
        ...(byCard && secret_key ? { secret_key } : {}),
        ...(byCard && webhook_secret ? { webhook_secret } : {}),
      };
      const amounts = {
        hold: decimal(rest.hold),
        least_balance: decimal(rest.least_balance),
        most_owed: decimal(rest.most_owed),
      };
      await setUp({ ...rest, ...amounts, ...secrets, address: address || null }, rules?.version);
      notifyDone(t("form.saved"));
    } catch (error) {
      if (!fieldErrors(error, form).onFields) setFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  });
  const kept = rules?.provider === "stripe";
  return (
    <form onSubmit={send} noValidate>
      <Stack maw={560}>
        <Radio.Group label={t("payment.provider")} {...form.getInputProps("provider")}>
          <Stack gap={6} mt={4}>
            {(["stripe", "manual"] as const).map((value) => (
              <Radio
                key={value}
                value={value}
                label={t(`payment.providers.${value}`)}
                description={t(`payment.providerMeans.${value}`)}
              />
            ))}
          </Stack>
        </Radio.Group>
        {byCard && (
          <>
            <PasswordInput
              label={t("payment.key")}
              description={t(kept ? "payment.keyKept" : "payment.keyHelp")}
              autoComplete="new-password"
              visibilityToggleButtonProps={{ "aria-label": t("login.show") }}
              {...form.getInputProps("secret_key")}
            />
            <CopyLine label={t("payment.eventsAddress")} text={found.events_address} />
            <Text size="sm" c="dimmed">
              {t("payment.eventsHelp", { events: EVENTS })}
            </Text>
            <PasswordInput
              label={t("payment.webhookSecret")}
              description={t(kept ? "payment.keyKept" : "payment.webhookSecretHelp")}
              autoComplete="new-password"
              visibilityToggleButtonProps={{ "aria-label": t("login.show") }}
              {...form.getInputProps("webhook_secret")}
            />
            <TextInput
              label={t("payment.address")}
              description={t("payment.addressHelp")}
              placeholder="https://api.stripe.com"
              spellCheck={false}
              {...form.getInputProps("address")}
            />
          </>
        )}
        <NativeSelect
          label={t("payment.currency")}
          description={t("payment.currencyHelp")}
          data={currencies()}
          {...form.getInputProps("currency")}
        />
        <Radio.Group label={t("payment.strategy")} {...form.getInputProps("strategy")}>
          <Stack gap={6} mt={4}>
            {STRATEGIES.map((value) => (
              <Radio
                key={value}
                value={value}
                disabled={value === "pre_authorise" && !byCard}
                label={t(`payment.strategies.${value}`)}
                description={t(`payment.strategyMeans.${value}`)}
              />
            ))}
          </Stack>
        </Radio.Group>
        {strategy === "pre_authorise" && (
          <TextInput
            label={t("payment.hold", { currency })}
            description={t("payment.holdHelp")}
            inputMode="decimal"
            {...form.getInputProps("hold")}
          />
        )}
        {strategy === "prepaid" && (
          <TextInput
            label={t("payment.leastBalance", { currency })}
            description={t("payment.leastBalanceHelp")}
            inputMode="decimal"
            {...form.getInputProps("least_balance")}
          />
        )}
        <TextInput
          label={t("payment.mostOwed", { currency })}
          description={t("payment.mostOwedHelp")}
          inputMode="decimal"
          {...form.getInputProps("most_owed")}
        />
        {byCard && (
          <Checkbox
            label={t("payment.collects")}
            description={t("payment.collectsHelp")}
            {...form.getInputProps("collects", { type: "checkbox" })}
          />
        )}
        {failed && (
          <Alert color="red" variant="light" role="alert">
            {failed}
          </Alert>
        )}
        {mayChange && (
          <Group>
            <Button type="submit" loading={busy} disabled={rules !== null && !form.isDirty()}>
              {t("form.save")}
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}

export function PaymentSettings() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(paymentSettingsOptions);
  const rules = data?.rules;
  return (
    <Panel
      title={t("payment.settings")}
      aside={
        data && (
          <ToneBadge tone={rules ? "green" : "grey"}>
            {rules ? t(`payment.providers.${rules.provider}`) : t("operators.off")}
          </ToneBadge>
        )
      }
    >
      <Text c="dimmed" mb="sm" maw={560}>
        {t("payment.settingsLead")}
      </Text>
      {error && !data ? <Failure error={error} retry={() => void refetch()} /> : !data && <Waiting />}
      {data && <RulesForm key={data.rules?.version ?? 0} found={data} />}
    </Panel>
  );
}
