// An idle fee: a fee by intervals in one choice, or every part of an overstay fee; what it does in words beside it.
import {
  Checkbox,
  Fieldset,
  NumberInput,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  TextInput,
} from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { Problem } from "@/api/http";
import { useLogin } from "@/api/login";
import type { IdleFee, IdleFeeRules } from "@/api/types";
import { millionths } from "@/lib/decimal";
import { currencies } from "@/lib/zones";
import { FormDialog } from "@/ui/FormDialog";
import { IdleFeeWords } from "@/ui/IdleFeeWords";
import { useIdleFeeWrites } from "./queries";

/** Minutes that are both the grace and the interval of a blocking fee. */
const INTERVALS = ["5", "15", "30", "60"];

interface Values extends Record<string, unknown> {
  name: string;
  currency: string;
  kind: string;
  vat: string;
  interval: string;
  amount: string;
  grace_min: number | string;
  flat: string;
  recurring: string;
  every_min: number | string;
  at_once: boolean;
  cap: string;
  after_charging: boolean;
  idle_min: number | string;
  max_stay_min: number | string;
  idle_counts_as_grace: boolean;
}

const isBlocking = (rules: IdleFeeRules) =>
  rules.uncapped === true &&
  rules.at_once === true &&
  rules.grace_min === rules.every_min &&
  INTERVALS.includes(String(rules.every_min)) &&
  rules.triggers.after_charging === true &&
  !rules.triggers.max_stay_min &&
  (rules.triggers.idle_min === null ||
    rules.triggers.idle_min === undefined ||
    rules.triggers.idle_min === rules.every_min);

function valuesOf(old: IdleFee | null, currency: string): Values {
  const rules = old?.rules;
  const blocking = !rules || isBlocking(rules);
  return {
    name: old?.name ?? "",
    currency: rules?.currency ?? currency,
    kind: blocking ? "blocking" : "overstay",
    vat: rules?.vat ?? "25",
    interval: String(blocking && rules ? rules.every_min : 15),
    amount: rules?.recurring ?? "",
    grace_min: rules?.grace_min ?? 10,
    flat: rules?.flat ?? "",
    recurring: rules?.recurring ?? "",
    every_min: rules?.every_min ?? 15,
    at_once: rules?.at_once ?? false,
    cap: rules?.cap ?? "",
    after_charging: rules?.triggers.after_charging ?? true,
    idle_min: rules?.triggers.idle_min ?? (rules ? "" : 15),
    max_stay_min: rules?.triggers.max_stay_min ?? "",
    idle_counts_as_grace: rules?.idle_counts_as_grace ?? false,
  };
}

const amountOf = (text: string) => (text.trim() === "" ? "0.00" : text.trim().replace(",", "."));

function rulesOf(values: Values): IdleFeeRules {
  const common = {
    currency: values.currency,
    ...(values.vat.trim() === "" ? {} : { vat: values.vat.trim().replace(",", ".") }),
    idle_counts_as_grace: values.idle_counts_as_grace,
  };
  if (values.kind === "blocking") {
    const interval = Number(values.interval);
    return {
      ...common,
      grace_min: interval,
      every_min: interval,
      flat: "0.00",
      recurring: amountOf(values.amount),
      at_once: true,
      uncapped: true,
      triggers: { after_charging: true, ...(values.idle_min === "" ? {} : { idle_min: interval }) },
    };
  }
  const minutes = (value: number | string) => (value === "" ? undefined : Number(value));
  const [idle_min, max_stay_min] = [minutes(values.idle_min), minutes(values.max_stay_min)];
  return {
    ...common,
    grace_min: Number(values.grace_min) || 0,
    every_min: Number(values.every_min) || 1,
    flat: amountOf(values.flat),
    recurring: amountOf(values.recurring),
    at_once: values.at_once,
    uncapped: false,
    ...(values.cap.trim() === "" ? {} : { cap: amountOf(values.cap) }),
    triggers: {
      after_charging: values.after_charging,
      ...(idle_min === undefined ? {} : { idle_min }),
      ...(max_stay_min === undefined ? {} : { max_stay_min }),
    },
  };
}

/** The server names members of the rules; the form has them as its own fields. */
function onFields(error: unknown, kind: string): unknown {
  if (!(error instanceof Problem)) return error;
  const own = (field: string) => {
    const name = field.replace("/rules", "").replace("/triggers", "");
    return kind === "blocking" && name === "/recurring" ? "/amount" : name;
  };
  const fields = error.fields.map((each) => ({ ...each, field: own(each.field) }));
  return new Problem(error.status, error.title, error.message, fields);
}

type Form = UseFormReturnType<Values>;

function Money({ form, name }: { form: Form; name: "amount" | "flat" | "recurring" | "cap" }) {
  const { t } = useTranslation();
  return (
    <TextInput
      label={t(`idleFee.${name}`)}
      inputMode="decimal"
      rightSection={form.values.currency}
      rightSectionWidth={52}
      {...form.getInputProps(name)}
    />
  );
}

function Blocking({ form }: { form: Form }) {
  const { t } = useTranslation();
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
        <Money form={form} name="amount" />
        <Select
          label={t("idleFee.interval")}
          data={INTERVALS.map((value) => ({ value, label: t("idleFee.minutes", { count: Number(value) }) }))}
          allowDeselect={false}
          {...form.getInputProps("interval")}
        />
      </SimpleGrid>
      <Text size="sm" c="dimmed">
        {t("idleFee.intervalHelp")}
      </Text>
      <Checkbox
        label={t("idleFee.stopIdle")}
        description={t("idleFee.stopIdleHelp")}
        checked={form.values.idle_min !== ""}
        onChange={(event) =>
          form.setFieldValue("idle_min", event.currentTarget.checked ? Number(form.values.interval) : "")
        }
      />
    </>
  );
}

function Overstay({ form }: { form: Form }) {
  const { t } = useTranslation();
  const minutes = (name: "grace_min" | "every_min" | "idle_min" | "max_stay_min") => (
    <NumberInput
      label={t(`idleFee.${name}`)}
      description={t(`idleFee.${name}Help`)}
      inputWrapperOrder={["label", "input", "description"]}
      min={name === "grace_min" ? 10 : 1}
      max={44_640}
      allowDecimal={false}
      suffix=" min"
      {...form.getInputProps(name)}
    />
  );
  return (
    <>
      <Fieldset legend={t("idleFee.amounts")} p="sm">
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
          {minutes("grace_min")}
          <Money form={form} name="flat" />
          <Money form={form} name="recurring" />
          {minutes("every_min")}
          <Money form={form} name="cap" />
        </SimpleGrid>
        <Switch
          mt="sm"
          label={t("idleFee.atOnce")}
          {...form.getInputProps("at_once", { type: "checkbox" })}
        />
      </Fieldset>
      <Fieldset legend={t("idleFee.triggers")} p="sm">
        <Stack gap="xs">
          <Checkbox
            label={t("idleFee.afterCharging")}
            {...form.getInputProps("after_charging", { type: "checkbox" })}
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
            {minutes("idle_min")}
            {minutes("max_stay_min")}
          </SimpleGrid>
        </Stack>
      </Fieldset>
    </>
  );
}

export function IdleFeeForm({ old, onClose }: { old: IdleFee | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { organisation } = useLogin();
  const { save } = useIdleFeeWrites();
  const price = (value: string) =>
    value.trim() === "" || millionths(value) !== undefined ? null : t("tariff.priceError");
  const form = useForm<Values>({
    initialValues: valuesOf(old, organisation.currency),
    validateInputOnBlur: true,
    validate: {
      name: (value) => (value.trim() ? null : t("form.required")),
      amount: price,
      flat: price,
      recurring: price,
      cap: price,
      vat: price,
    },
  });
  return (
    <FormDialog
      title={old ? t("idleFee.edit") : t("idleFee.add")}
      opened
      onClose={onClose}
      form={form}
      size="lg"
      submitLabel={t("form.save")}
      onSubmit={(values) =>
        save({ name: values.name.trim(), rules: rulesOf(values) }, old).catch((error) => {
          throw onFields(error, values.kind);
        })
      }
    >
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
        <TextInput label={t("idleFee.name")} required data-autofocus {...form.getInputProps("name")} />
        <Select
          label={t("tariff.currency")}
          data={currencies()}
          searchable
          limit={60}
          allowDeselect={false}
          {...form.getInputProps("currency")}
        />
      </SimpleGrid>
      <SegmentedControl
        aria-label={t("idleFee.kind")}
        data={["blocking", "overstay"].map((value) => ({ value, label: t(`idleFee.kinds.${value}`) }))}
        {...form.getInputProps("kind")}
      />
      {form.values.kind === "blocking" ? <Blocking form={form} /> : <Overstay form={form} />}
      <Switch
        label={t("idleFee.idleAsGrace")}
        description={t("idleFee.idleAsGraceHelp")}
        {...form.getInputProps("idle_counts_as_grace", { type: "checkbox" })}
      />
      <TextInput
        label={t("tariff.vat")}
        description={t("idleFee.vatHelp")}
        inputMode="decimal"
        {...form.getInputProps("vat")}
      />
      <Fieldset legend={t("tariff.inWords")} p="sm" aria-live="polite">
        {form.isValid() ? <IdleFeeWords rules={rulesOf(form.values)} /> : t("tariff.wordsWait")}
      </Fieldset>
    </FormDialog>
  );
}
