// A new tariff, or new prices of one: the usual in a short form, every condition in a long one, and what it says in words.
import {
  Fieldset,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { useLogin } from "@/api/login";
import type { Tariff, TariffRules } from "@/api/types";
import { wallTime } from "@/lib/days";
import { currencies } from "@/lib/zones";
import { FormDialog } from "@/ui/FormDialog";
import { useZone } from "@/ui/zone";
import { BlockFields } from "./BlockFields";
import { ElementFields } from "./ElementFields";
import { elementOf, type ElementFields as Fields, fieldsOf } from "./elements";
import { useTariffWrites } from "./queries";
import { EMPTY, isClock, isPrice, overlapping, rulesOf, type Simple, simpleOf } from "./simple";
import { TariffWords } from "./TariffWords";

export interface TariffValues extends Record<string, unknown> {
  name: string;
  currency: string;
  valid_from: string;
  mode: string;
  simple: Simple;
  elements: Fields[];
}

interface TariffFormProps {
  /** New prices of this one. */
  of?: Tariff;
  onClose: () => void;
  onMade: (tariff: Tariff) => void;
}

function draftOf(values: TariffValues): TariffRules {
  const usual = rulesOf(values.simple, values.currency);
  if (values.mode === "simple") return usual;
  return { ...usual, elements: values.elements.map(elementOf) };
}

function useTariffForm(of: Tariff | undefined) {
  const { t } = useTranslation();
  const { organisation } = useLogin();
  const rules = of?.versions.at(-1)?.rules;
  const simple = rules ? simpleOf(rules) : EMPTY;
  const limits = rules
    ? simpleOf({ ...rules, elements: [{ components: [{ dimension: "flat", price: "0.00", step: 1 }] }] })
    : undefined;
  const price = (value: string) => (isPrice(value) ? null : t("tariff.priceError"));
  const clock = (value: string) => (value === "" || isClock(value) ? null : t("tariff.clockError"));
  return useForm<TariffValues>({
    initialValues: {
      name: of?.name ?? "",
      currency: of?.currency ?? organisation.currency,
      valid_from: "",
      mode: simple ? "simple" : "all",
      simple: simple ?? { ...EMPTY, ...limits, flat: "" },
      elements: (rules ?? rulesOf(EMPTY, organisation.currency)).elements.map(fieldsOf),
    },
    validateInputOnBlur: true,
    validate: {
      name: (value) => (value.trim() ? null : t("form.required")),
      simple: {
        energy: price,
        minute: price,
        occupied: price,
        flat: price,
        min: price,
        max: price,
        vat: price,
        blocks: {
          from: (value, values, path) => {
            const found = values.mode === "simple" ? overlapping(values.simple.blocks) : undefined;
            const index = Number(path.split(".")[2]);
            if (found && found[1] === index) return t("tariff.overlap", { number: found[0] + 1 });
            return clock(value);
          },
          to: clock,
          energy: price,
          minute: price,
        },
      },
    },
  });
}

function Limits({ form }: { form: ReturnType<typeof useTariffForm> }) {
  const { t } = useTranslation();
  const { currency } = form.values;
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="xs">
      <TextInput
        label={t("tariff.min")}
        inputMode="decimal"
        rightSection={currency}
        rightSectionWidth={52}
        {...form.getInputProps("simple.min")}
      />
      <TextInput
        label={t("tariff.max")}
        inputMode="decimal"
        rightSection={currency}
        rightSectionWidth={52}
        {...form.getInputProps("simple.max")}
      />
      <TextInput
        label={t("tariff.vat")}
        inputMode="decimal"
        rightSection="%"
        {...form.getInputProps("simple.vat")}
      />
    </SimpleGrid>
  );
}

function Usual({ form }: { form: ReturnType<typeof useTariffForm> }) {
  const { t } = useTranslation();
  const { currency } = form.values;
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
        {(["energy", "minute", "flat", "occupied"] as const).map((name) => (
          <TextInput
            key={name}
            label={t(`tariff.${name}`)}
            description={t(`tariff.${name}Help`)}
            inputMode="decimal"
            rightSection={currency}
            rightSectionWidth={52}
            {...form.getInputProps(`simple.${name}`)}
          />
        ))}
      </SimpleGrid>
      <BlockFields form={form} />
    </>
  );
}

export function TariffForm({ of, onClose, onMade }: TariffFormProps) {
  const { t } = useTranslation();
  const zone = useZone();
  const { add, addVersion } = useTariffWrites();
  const form = useTariffForm(of);
  const draft = draftOf(form.values);
  const choose = (mode: string) => {
    // What was written in the short form goes along; back again only what it can show.
    if (mode === "all") form.setFieldValue("elements", draft.elements.map(fieldsOf));
    else form.setFieldValue("simple", simpleOf(draft) ?? form.values.simple);
    form.setFieldValue("mode", mode);
  };
  return (
    <FormDialog
      title={of ? t("tariff.newPricesOf", { name: of.name }) : t("tariff.add")}
      opened
      onClose={onClose}
      form={form}
      size="xl"
      submitLabel={of ? t("tariff.setPrices") : t("tariff.add")}
      onSubmit={async (values) => {
        const valid_from = wallTime(values.valid_from, zone);
        const body = { rules: draftOf(values), ...(valid_from ? { valid_from } : {}) };
        onMade(of ? await addVersion(of.id, body) : await add({ name: values.name.trim(), ...body }));
      }}
    >
      {!of && (
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
          <TextInput label={t("tariff.name")} required data-autofocus {...form.getInputProps("name")} />
          <Select
            label={t("tariff.currency")}
            data={currencies()}
            searchable
            limit={60}
            allowDeselect={false}
            {...form.getInputProps("currency")}
          />
        </SimpleGrid>
      )}
      <TextInput
        type="datetime-local"
        label={t("tariff.validFrom", { zone })}
        description={t("tariff.validFromHelp")}
        {...form.getInputProps("valid_from")}
      />
      <SegmentedControl
        aria-label={t("tariff.mode")}
        data={["simple", "all"].map((value) => ({ value, label: t(`tariff.modes.${value}`) }))}
        value={form.values.mode}
        onChange={choose}
      />
      <Switch label={t("tariff.included")} {...form.getInputProps("simple.included", { type: "checkbox" })} />
      {form.values.mode === "simple" ? <Usual form={form} /> : <ElementFields form={form} />}
      <Limits form={form} />
      <Fieldset legend={t("tariff.inWords")} p="sm">
        <Stack gap={4} aria-live="polite">
          {form.isValid() || form.values.mode === "all" ? (
            <TariffWords rules={draft} />
          ) : (
            <Text size="sm" c="dimmed">
              {t("tariff.wordsWait")}
            </Text>
          )}
        </Stack>
      </Fieldset>
    </FormDialog>
  );
}
