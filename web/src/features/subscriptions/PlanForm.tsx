// The form for a plan: what it costs, what it gives, who may have it, where and how long.
import { Group, SegmentedControl, Select, Switch, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Places, Plan } from "@/api/types";
import { dayEnd, dayStart, onTheWall } from "@/lib/days";
import { currencies } from "@/lib/zones";
import { DriverChoices, GroupChoices, PlacesField } from "@/ui/choices";
import { FormDialog } from "@/ui/FormDialog";
import { notifyDone } from "@/ui/problem";
import { useZone } from "@/ui/zone";
import { tariffChoicesOptions, usePlanWrites } from "./queries";

const EVERYWHERE: Places = { everywhere: true, site_ids: [], station_ids: [] };
const WH_PER_KWH = 1_000;
const plain = (text: string) => text.trim().replace(",", ".");

const firstDay = (at: string | null, zone: string) => (at ? onTheWall(at, zone).slice(0, 10) : "");
/** The last day before a moment. */
const lastDay = (at: string | null, zone: string) =>
  at ? onTheWall(new Date(new Date(at).getTime() - 1).toISOString(), zone).slice(0, 10) : "";

function initial(plan: Plan | undefined, zone: string) {
  return {
    name: plan?.name ?? "",
    description: plan?.description ?? "",
    internal_note: plan?.internal_note ?? "",
    cost: plan?.cost ?? "",
    currency: plan?.currency ?? "EUR",
    vat: plan?.vat ?? "25",
    renewal: plan?.renewal ?? "month",
    unlimited: plan ? plan.allowance_wh === null : false,
    allowance: plan?.allowance_wh ? String(plan.allowance_wh / WH_PER_KWH) : "",
    overflow_tariff_id: plan?.overflow_tariff_id ?? null,
    public: plan?.public ?? true,
    sale_from: firstDay(plan?.sale_from ?? null, zone),
    sale_to: lastDay(plan?.sale_to ?? null, zone),
    renew_until: lastDay(plan?.renew_until ?? null, zone),
    places: plan?.places ?? EVERYWHERE,
    driver_ids: plan?.drivers.map((each) => each.id) ?? ([] as string[]),
    group_ids: plan?.groups.map((each) => each.id) ?? ([] as string[]),
  };
}

export function PlanForm({ plan, onClose }: { plan?: Plan; onClose: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const { save } = usePlanWrites();
  const { data: tariffs } = useQuery(tariffChoicesOptions);
  const form = useForm({
    initialValues: initial(plan, zone),
    validate: {
      name: (value) => (value.trim() ? null : t("form.required")),
      cost: (value) => (/^\d+(\.\d{1,3})?$/.test(plain(value)) ? null : t("plan.costWrong")),
      vat: (value) => (Number(plain(value)) >= 0 ? null : t("plan.vatWrong")),
      allowance: (value, all) =>
        all.unlimited || Number(plain(value)) > 0 ? null : t("plan.allowanceWrong"),
    },
  });
  const { unlimited } = form.values;
  return (
    <FormDialog
      title={t(plan ? "plan.edit" : "plan.add")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t(plan ? "form.save" : "plan.add")}
      size="lg"
      onSubmit={async ({ unlimited: without, allowance, ...values }) => {
        await save(plan?.id, {
          ...values,
          cost: plain(values.cost),
          vat: plain(values.vat),
          allowance_wh: without ? null : Math.round(Number(plain(allowance)) * WH_PER_KWH),
          overflow_tariff_id: without ? null : values.overflow_tariff_id,
          sale_from: dayStart(values.sale_from, zone) ?? null,
          sale_to: dayEnd(values.sale_to, zone) ?? null,
          renew_until: dayEnd(values.renew_until, zone) ?? null,
          driver_ids: values.public ? [] : values.driver_ids,
          group_ids: values.public ? [] : values.group_ids,
        });
        notifyDone(t("form.saved"));
      }}
    >
      <TextInput label={t("plan.name")} required data-autofocus {...form.getInputProps("name")} />
      <Textarea
        label={t("plan.description")}
        description={t("plan.descriptionHelp")}
        autosize
        minRows={2}
        {...form.getInputProps("description")}
      />
      <Group grow align="flex-start">
        <TextInput label={t("plan.cost")} inputMode="decimal" {...form.getInputProps("cost")} />
        <Select
          label={t("site.currency")}
          data={currencies()}
          searchable
          allowDeselect={false}
          {...form.getInputProps("currency")}
        />
        <TextInput
          label={t("plan.vat")}
          inputMode="decimal"
          rightSection="%"
          {...form.getInputProps("vat")}
        />
      </Group>
      <SegmentedControl
        aria-label={t("plan.renewal")}
        data={["week", "month", "year"].map((value) => ({ value, label: t(`plan.every.${value}`) }))}
        {...form.getInputProps("renewal")}
      />
      <Switch label={t("plan.unlimited")} {...form.getInputProps("unlimited", { type: "checkbox" })} />
      {!unlimited && (
        <Group grow align="flex-start">
          <TextInput
            label={t("plan.allowance")}
            description={t("plan.allowanceHelp")}
            inputMode="decimal"
            rightSection="kWh"
            rightSectionWidth={48}
            {...form.getInputProps("allowance")}
          />
          <Select
            label={t("plan.overflow")}
            description={t("plan.overflowHelp")}
            data={(tariffs?.items ?? []).map((each) => ({ value: each.id, label: each.name }))}
            clearable
            searchable
            {...form.getInputProps("overflow_tariff_id")}
          />
        </Group>
      )}
      <Text fw={600}>{t("plan.places")}</Text>
      <PlacesField
        label={t("plan.places")}
        value={form.values.places}
        onChange={(places) => form.setFieldValue("places", places)}
      />
      <Switch label={t("plan.public")} {...form.getInputProps("public", { type: "checkbox" })} />
      {!form.values.public && (
        <>
          <GroupChoices label={t("plan.groups")} {...form.getInputProps("group_ids")} />
          <DriverChoices
            label={t("plan.drivers")}
            known={plan?.drivers.map((each) => ({ value: each.id, label: each.name })) ?? []}
            {...form.getInputProps("driver_ids")}
          />
        </>
      )}
      <Group grow align="flex-start">
        <TextInput type="date" label={t("plan.saleFrom")} {...form.getInputProps("sale_from")} />
        <TextInput type="date" label={t("plan.saleTo")} {...form.getInputProps("sale_to")} />
        <TextInput type="date" label={t("plan.renewUntil")} {...form.getInputProps("renew_until")} />
      </Group>
      <Text size="sm" c="dimmed">
        {t("plan.datesHelp", { zone })}
      </Text>
      <Textarea
        label={t("plan.note")}
        description={t("plan.noteHelp")}
        autosize
        minRows={2}
        {...form.getInputProps("internal_note")}
      />
    </FormDialog>
  );
}
