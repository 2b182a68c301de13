// What a site offers to those who book: its rules, and the slots of a day as they would be.
import {
  Alert,
  Button,
  Group,
  MultiSelect,
  NumberInput,
  Radio,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  TextInput,
} from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { http, Problem } from "@/api/http";
import { keys } from "@/api/keys";
import { useMay } from "@/api/login";
import type { Page, Site, SiteBookingRules, Station } from "@/api/types";
import { Failure } from "@/ui/Failure";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { notifyDone, useProblemText } from "@/ui/problem";
import { useLocale } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { clock } from "./clock";
import { bookingRulesOptions, useBookingWrites } from "./queries";
import { FIELD_OF, formOf, type RulesForm, rulesOf, SLOT_MINUTES } from "./rules";

/** Milliseconds of quiet before the slots of new rules are asked for. */
const PAUSE = 400;
/** Chargers of a site offered by name. */
const CHARGERS = 500;

type Form = UseFormReturnType<RulesForm>;

function Preview({ site, form }: { site: Site; form: Form }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const problemText = useProblemText();
  const { preview } = useBookingWrites();
  const [rules] = useDebouncedValue(JSON.stringify(rulesOf(form.values, site.currency)), PAUSE);
  const { data, error } = useQuery({
    queryKey: [...keys.bookings, "preview", site.id, rules],
    queryFn: () => preview(site.id, JSON.parse(rules)),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const slots = data?.items ?? [];
  return (
    <Panel title={t("booking.preview")}>
      <Text size="sm" c="dimmed" mb="xs">
        {t("booking.previewText", { zone: site.time_zone })}
      </Text>
      {error ? (
        <Text size="sm" c="red" role="alert">
          {problemText(error)}
        </Text>
      ) : slots.length === 0 ? (
        <Text size="sm">{data ? t("booking.noSlots") : "…"}</Text>
      ) : (
        <Group gap="lg" aria-label={t("booking.preview")} role="list">
          {slots.map((slot) => (
            <Text key={slot.from} size="sm" className="tabular" role="listitem">
              {clock(slot.from, site.time_zone, locale)}–{clock(slot.to, site.time_zone, locale)}{" "}
              <Text span c="dimmed" size="sm">
                {t("booking.freeOf", { free: slot.free, of: slot.of })}
              </Text>
            </Text>
          ))}
        </Group>
      )}
    </Panel>
  );
}

function When({ form }: { form: Form }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("booking.parts.when")}>
      <Stack gap="sm">
        <Switch label={t("booking.rules.allDay")} {...form.getInputProps("allDay", { type: "checkbox" })} />
        {!form.values.allDay && (
          <Group grow align="flex-start">
            <TextInput label={t("booking.rules.from")} placeholder="08:00" {...form.getInputProps("from")} />
            <TextInput label={t("booking.rules.to")} placeholder="20:00" {...form.getInputProps("to")} />
          </Group>
        )}
        <Group grow align="flex-start">
          <Select
            label={t("booking.rules.slot_min")}
            data={[...new Set([...SLOT_MINUTES, Number(form.values.slot_min)])].map((each) => ({
              value: String(each),
              label: t("booking.minutes", { count: each }),
            }))}
            value={String(form.values.slot_min)}
            onChange={(value) => form.setFieldValue("slot_min", Number(value))}
            allowDeselect={false}
            error={form.errors.slot_min}
          />
          <NumberInput
            label={t("booking.rules.slots_max")}
            min={1}
            max={14}
            allowDecimal={false}
            {...form.getInputProps("slots_max")}
          />
        </Group>
        <NumberInput
          label={t("booking.rules.buffer_min")}
          description={t("booking.rules.bufferHelp")}
          min={0}
          max={240}
          allowDecimal={false}
          suffix=" min"
          {...form.getInputProps("buffer_min")}
        />
      </Stack>
    </Panel>
  );
}

function Prices({ form, site }: { form: Form; site: Site }) {
  const { t } = useTranslation();
  const field = (name: keyof RulesForm & string) => ({
    inputMode: "decimal" as const,
    rightSection: <Text size="xs">{site.currency}</Text>,
    rightSectionWidth: 48,
    ...form.getInputProps(name),
  });
  return (
    <Panel title={t("booking.parts.price")}>
      <Stack gap="sm">
        <Radio.Group label={t("booking.rules.priced")} {...form.getInputProps("priced")}>
          <Group gap="md" mt={4}>
            {(["site", "kwh", "minute"] as const).map((each) => (
              <Radio key={each} value={each} label={t(`booking.pricedBy.${each}`)} />
            ))}
          </Group>
        </Radio.Group>
        {form.values.priced !== "site" && (
          <TextInput label={t("booking.rules.amount")} {...field("amount")} />
        )}
        {form.values.priced !== "minute" && (
          <NumberInput
            label={t("booking.rules.freeKwh")}
            description={t("booking.rules.freeHelp")}
            min={0}
            max={200}
            decimalScale={3}
            suffix=" kWh"
            {...form.getInputProps("freeKwh")}
          />
        )}
        <TextInput
          label={t("booking.rules.fee")}
          description={t("booking.rules.feeHelp")}
          {...field("fee")}
        />
        <Switch
          label={t("booking.rules.otherFee")}
          {...form.getInputProps("otherFee", { type: "checkbox" })}
        />
        {form.values.otherFee && <TextInput label={t("booking.rules.feeFuture")} {...field("feeFuture")} />}
        <TextInput
          label={t("tariff.vat")}
          description={t("idleFee.vatHelp")}
          inputMode="decimal"
          {...form.getInputProps("vat")}
        />
        <Switch
          label={t("booking.rules.refund")}
          description={t("booking.rules.refundHelp")}
          {...form.getInputProps("refund", { type: "checkbox" })}
        />
      </Stack>
    </Panel>
  );
}

function Ends({ form, site }: { form: Form; site: Site }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("booking.parts.ends")}>
      <Stack gap="sm">
        <Switch
          label={t("booking.rules.noShow")}
          description={t("booking.rules.noShowHelp")}
          {...form.getInputProps("noShow", { type: "checkbox" })}
        />
        {form.values.noShow && (
          <NumberInput
            label={t("booking.rules.no_show_min")}
            min={1}
            max={240}
            allowDecimal={false}
            suffix=" min"
            {...form.getInputProps("no_show_min")}
          />
        )}
        <Switch
          label={t("booking.rules.blocks")}
          description={t("booking.rules.blocksHelp")}
          {...form.getInputProps("blocks", { type: "checkbox" })}
        />
        {form.values.blocks && (
          <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
            <NumberInput
              label={t("booking.rules.grace_min")}
              min={0}
              max={240}
              allowDecimal={false}
              suffix=" min"
              {...form.getInputProps("grace_min")}
            />
            <TextInput
              label={t("booking.rules.blockingAmount", { currency: site.currency })}
              inputMode="decimal"
              {...form.getInputProps("blockingAmount")}
            />
            <NumberInput
              label={t("booking.rules.every_min")}
              min={1}
              max={240}
              allowDecimal={false}
              suffix=" min"
              {...form.getInputProps("every_min")}
            />
          </SimpleGrid>
        )}
      </Stack>
    </Panel>
  );
}

function AtCharger({ form, site }: { form: Form; site: Site }) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: [...keys.stationLists, "choices", site.id],
    queryFn: ({ signal }) =>
      http.get<Page<Station>>("/stations", { site_id: site.id, limit: CHARGERS }, signal),
  });
  const chargers = (data?.items ?? []).map((each) => ({ value: each.id, label: each.name ?? each.identity }));
  return (
    <Panel title={t("booking.parts.charger")}>
      <Stack gap="sm">
        {(["mix", "carry_over", "late", "tell_station"] as const).map((name) => (
          <Switch
            key={name}
            label={t(`booking.rules.${name}`)}
            description={t(`booking.rules.${name}Help`)}
            {...form.getInputProps(name, { type: "checkbox" })}
          />
        ))}
        <MultiSelect
          label={t("booking.rules.stations")}
          description={t("booking.rules.stationsHelp")}
          data={chargers}
          searchable
          clearable
          {...form.getInputProps("stations")}
        />
      </Stack>
    </Panel>
  );
}

function RulesEditor({ site, sheet }: { site: Site; sheet: SiteBookingRules }) {
  const { t } = useTranslation();
  const may = useMay("network");
  const problemText = useProblemText();
  const { setRules } = useBookingWrites();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const form = useForm<RulesForm>({ initialValues: formOf(sheet.rules) });
  const submit = form.onSubmit(async (values) => {
    setBusy(true);
    setFailed(null);
    try {
      const saved = await setRules(site.id, rulesOf(values, site.currency), sheet.version);
      const now = formOf(saved.rules);
      form.setValues(now);
      form.resetDirty(now);
      notifyDone(t("form.saved"));
    } catch (error) {
      const fields = error instanceof Problem ? error.fields : [];
      form.setErrors(
        Object.fromEntries(fields.map((each) => [FIELD_OF[each.field] ?? "enabled", each.message])),
      );
      if (fields.length === 0) setFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  });
  return (
    <form onSubmit={submit} noValidate>
      <fieldset disabled={!may} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
        <Stack gap="md">
          <Panel>
            <Stack gap="xs">
              <Switch
                label={t("booking.rules.enabled")}
                description={t("booking.rules.enabledHelp")}
                {...form.getInputProps("enabled", { type: "checkbox" })}
              />
              <RouteLink to="/bookings" search={{ site: site.id } as never}>
                {t("booking.ofSite")}
              </RouteLink>
            </Stack>
          </Panel>
          <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
            <When form={form} />
            <Prices form={form} site={site} />
            <Ends form={form} site={site} />
            <AtCharger form={form} site={site} />
          </SimpleGrid>
          <Preview site={site} form={form} />
          {failed && (
            <Alert color="red" variant="light" role="alert">
              {failed}
            </Alert>
          )}
          {may && (
            <Group gap="xs">
              <Button type="submit" loading={busy}>
                {t("form.save")}
              </Button>
              <Text size="sm" c="dimmed">
                {t("booking.laterBookings")}
              </Text>
            </Group>
          )}
        </Stack>
      </fieldset>
    </form>
  );
}

export function SiteBooking({ site }: { site: Site }) {
  const { data, error, refetch } = useQuery(bookingRulesOptions(site.id));
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting />;
  return <RulesEditor key={`${site.id} ${data.version}`} site={site} sheet={data} />;
}
