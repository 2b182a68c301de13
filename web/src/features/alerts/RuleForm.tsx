// An alert rule: what it is about, where, how bad, whom else it tells and how often.
import { NumberInput, Select, Switch, TagsInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { useMay } from "@/api/login";
import { useSiteChoices } from "@/api/lookups";
import type { AlertRule, Page, Webhook } from "@/api/types";
import { FormDialog } from "@/ui/FormDialog";
import { KindChoice } from "./KindChoice";
import { useAlertWrites } from "./queries";

/** Seconds of a minute. */
const MINUTE = 60;

function useWebhookChoices() {
  const may = useMay("integrations");
  const { data } = useQuery({
    queryKey: keys.webhooks,
    queryFn: ({ signal }) => http.get<Page<Webhook>>("/webhooks", {}, signal),
    enabled: may,
    select: (page) => page.items,
  });
  return (data ?? []).map((each) => ({ value: each.id, label: each.name }));
}

export function RuleForm({ old, onClose }: { old: AlertRule | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { save } = useAlertWrites();
  const sites = useSiteChoices();
  const webhooks = useWebhookChoices();
  const form = useForm({
    initialValues: {
      name: old?.name ?? "",
      kinds: old?.kinds ?? ["fault.opened", "fault.solved"],
      severity: (old?.severity ?? "critical") as string,
      site_id: old?.site_id ?? null,
      quiet_min: (old?.quiet_s ?? 15 * MINUTE) / MINUTE,
      addresses: old?.addresses ?? [],
      webhook_id: old?.webhook_id ?? null,
      enabled: old?.enabled ?? true,
    },
    validate: {
      name: (value) => (value.trim() ? null : t("form.required")),
      kinds: (value) => (value.length > 0 ? null : t("alert.kindsRequired")),
    },
  });
  return (
    <FormDialog
      title={old ? t("alert.edit") : t("alert.add")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("form.save")}
      onSubmit={({ quiet_min, severity, ...values }) =>
        save(
          {
            ...values,
            severity: severity as "info",
            name: values.name.trim(),
            quiet_s: Math.round(Number(quiet_min) * MINUTE),
          },
          old,
        )
      }
    >
      <TextInput
        label={t("alert.name")}
        description={t("alert.nameHelp")}
        required
        data-autofocus
        {...form.getInputProps("name")}
      />
      <KindChoice
        value={form.values.kinds}
        onChange={(kinds) => form.setFieldValue("kinds", kinds)}
        error={form.errors.kinds}
      />
      <Select
        label={t("alert.severity")}
        description={t("alert.severityHelp")}
        allowDeselect={false}
        data={(["critical", "warning", "info"] as const).map((value) => ({
          value,
          label: t(`fault.severity.${value}`),
        }))}
        {...form.getInputProps("severity")}
      />
      <Select
        label={t("alert.site")}
        placeholder={t("alert.everySite")}
        data={sites}
        searchable
        clearable
        {...form.getInputProps("site_id")}
      />
      <NumberInput
        label={t("alert.quiet")}
        description={t("alert.quietHelp")}
        suffix=" min"
        min={0}
        max={1440}
        allowDecimal={false}
        {...form.getInputProps("quiet_min")}
      />
      <TagsInput
        label={t("alert.addresses")}
        description={t("alert.addressesHelp")}
        placeholder="ops@example.com"
        splitChars={[",", " ", ";"]}
        {...form.getInputProps("addresses")}
      />
      {webhooks.length > 0 && (
        <Select label={t("alert.webhook")} data={webhooks} clearable {...form.getInputProps("webhook_id")} />
      )}
      <Switch label={t("alert.enabled")} {...form.getInputProps("enabled", { type: "checkbox" })} />
    </FormDialog>
  );
}
