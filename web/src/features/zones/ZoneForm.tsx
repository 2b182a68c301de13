// A zone: its name, its circuit, how it shares, and the chargers on it.
import { NumberInput, SegmentedControl, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import type { Page, Site, Zone } from "@/api/types";
import { FormDialog } from "@/ui/FormDialog";
import { ChargerChoice, type Chosen } from "./ChargerChoice";
import { allZonesOptions, useZoneWrites, type ZoneInput } from "./queries";
import { most } from "./why";

/** Sites offered at once. */
const SITES = 500;
const KILO = 1_000;

interface Values extends Record<string, unknown> {
  name: string;
  site_id: string;
  parent_id: string | null;
  meter_number: string;
  unit: string;
  capacity: number | string;
  buffer: number | string;
  least: number | string;
  distribution: string;
  chargers: Chosen[];
}

const useSites = () =>
  useQuery({
    queryKey: [...keys.sites, "zone-choices"],
    queryFn: ({ signal }) => http.get<Page<Site>>("/sites", { limit: SITES }, signal),
    select: (page) => page.items,
  });

function valuesOf(old: Zone | null): Values {
  const amperes = old !== null && old.capacity_w === null;
  return {
    name: old?.name ?? "",
    site_id: old?.site_id ?? "",
    parent_id: old?.parent_id ?? null,
    meter_number: old?.meter_number ?? "",
    unit: amperes ? "a" : "kw",
    capacity: old ? (old.capacity_w ?? most(old.capacity_ma)) / KILO : "",
    buffer: old ? old.buffer_permille / 10 : 10,
    least: old ? old.least_session_w / KILO : 0,
    distribution: old?.distribution ?? "dynamic",
    chargers: (old?.chargers ?? []).map((each) => ({ ...each, rotation: each.rotation ?? null })),
  };
}

function inputOf(values: Values, old: Zone | null): ZoneInput {
  const capacity = Math.round(Number(values.capacity) * KILO);
  const known = old && most(old.capacity_ma) === capacity ? old.capacity_ma : null;
  return {
    name: values.name.trim(),
    site_id: values.site_id,
    parent_id: values.parent_id,
    meter_number: values.meter_number.trim() || null,
    capacity_w: values.unit === "kw" ? capacity : null,
    // Phases that differ were said over the API: they stay unless the figure is changed.
    capacity_ma: values.unit === "a" ? (known ?? { l1: capacity, l2: capacity, l3: capacity }) : null,
    voltage_mv: old?.voltage_mv ?? 230_000,
    buffer_permille: Math.round(Number(values.buffer) * 10),
    least_session_w: Math.round(Number(values.least) * KILO),
    distribution: values.distribution,
    chargers: values.chargers,
  };
}

/** What a trial found good: fills the form, to be looked at and saved. */
export type Proposal = Pick<Values, "unit" | "capacity" | "buffer" | "least" | "distribution"> & {
  priorities: Record<string, number>;
};

const proposed = (values: Values, proposal: Proposal | undefined): Values => {
  if (!proposal) return values;
  const { priorities, ...settings } = proposal;
  const chargers = values.chargers.map((each) => ({
    ...each,
    priority: priorities[each.station_id] ?? each.priority,
  }));
  return { ...values, ...settings, chargers };
};

interface ZoneFormProps {
  old: Zone | null;
  proposal?: Proposal;
  onClose: () => void;
  onSaved?: (zone: Zone) => void;
}

export function ZoneForm({ old, proposal, onClose, onSaved }: ZoneFormProps) {
  const { t } = useTranslation();
  const { save } = useZoneWrites();
  const { data: sites } = useSites();
  const { data: zones } = useQuery(allZonesOptions);
  const form = useForm<Values>({
    initialValues: proposed(valuesOf(old), proposal),
    validate: {
      name: (value) => (value.trim() ? null : t("form.required")),
      site_id: (value) => (value ? null : t("form.required")),
      capacity: (value) => (Number(value) > 0 ? null : t("form.required")),
    },
  });
  const { values } = form;
  const above = (zones ?? []).filter((zone) => zone.site_id === values.site_id && zone.id !== old?.id);
  return (
    <FormDialog
      title={old ? t("power.edit") : t("power.add")}
      opened
      onClose={onClose}
      form={form}
      size="lg"
      submitLabel={t("form.save")}
      onSubmit={async (sent) => {
        const zone = await save(inputOf(sent, old), old);
        onSaved?.(zone);
      }}
    >
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
        <TextInput label={t("power.name")} required data-autofocus {...form.getInputProps("name")} />
        <Select
          label={t("power.site")}
          required
          searchable
          disabled={old !== null}
          data={(sites ?? []).map((site) => ({ value: site.id, label: site.name }))}
          allowDeselect={false}
          {...form.getInputProps("site_id")}
          onChange={(site) => form.setValues({ site_id: site ?? "", parent_id: null, chargers: [] })}
        />
        <TextInput
          label={t("power.meter")}
          description={t("power.meterHelp")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          {...form.getInputProps("meter_number")}
        />
        <Select
          label={t("power.parent")}
          description={t("power.parentHelp")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          data={above.map((zone) => ({ value: zone.id, label: zone.name }))}
          clearable
          placeholder={t("power.noParent")}
          {...form.getInputProps("parent_id")}
        />
        <NumberInput
          label={t("power.capacity")}
          required
          min={0}
          decimalScale={3}
          suffix={values.unit === "kw" ? " kW" : " A"}
          {...form.getInputProps("capacity")}
          error={form.errors.capacity ?? form.errors.capacity_w ?? form.errors.capacity_ma}
        />
        <Stack gap={4} justify="flex-end">
          <SegmentedControl
            aria-label={t("power.unit")}
            data={[
              { value: "kw", label: t("power.inPower") },
              { value: "a", label: t("power.inCurrent") },
            ]}
            {...form.getInputProps("unit")}
          />
        </Stack>
        <NumberInput
          label={t("power.buffer")}
          description={t("power.bufferHelp")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          min={0}
          max={90}
          decimalScale={1}
          suffix=" %"
          {...form.getInputProps("buffer")}
        />
        <NumberInput
          label={t("power.least")}
          description={t("power.leastHelp")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          min={0}
          decimalScale={3}
          suffix=" kW"
          {...form.getInputProps("least")}
        />
      </SimpleGrid>
      <div>
        <Text size="sm" fw={500} mb={4}>
          {t("power.distribution")}
        </Text>
        <SegmentedControl
          fullWidth
          aria-label={t("power.distribution")}
          data={["static", "dynamic", "sequential"].map((value) => ({
            value,
            label: t(`power.distributions.${value}`),
          }))}
          {...form.getInputProps("distribution")}
        />
        <Text size="sm" c="dimmed" mt={4}>
          {t(`power.distributionHelp.${values.distribution}`)}
        </Text>
      </div>
      <ChargerChoice
        site={values.site_id}
        zone={old?.id ?? null}
        value={values.chargers}
        onChange={(chargers) => form.setFieldValue("chargers", chargers)}
      />
    </FormDialog>
  );
}
