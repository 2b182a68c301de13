// What is tried, and on which days.
import {
  Button,
  Fieldset,
  Group,
  NumberInput,
  SegmentedControl,
  SimpleGrid,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Zone, ZoneCandidate } from "@/api/types";
import { fieldErrors, notifyFailed, useProblemText } from "@/ui/problem";
import type { TrialInput } from "../queries";
import { most } from "../why";
import type { Proposal } from "../ZoneForm";

const KILO = 1_000;

export interface TrialValues extends Record<string, unknown>, Proposal {
  from: string;
  days: string;
}

/** The day so many days ago by a place's calendar. */
export function daysAgo(timeZone: string, days: number, now = Date.now()): string {
  const today = new Intl.DateTimeFormat("en-CA", { timeZone }).format(now);
  return new Date(Date.parse(today) - days * 86_400_000).toISOString().slice(0, 10);
}

export function startValues(zone: Zone, timeZone: string): TrialValues {
  const amperes = zone.capacity_w === null;
  return {
    from: daysAgo(timeZone, 1),
    days: "1",
    unit: amperes ? "a" : "kw",
    capacity: (zone.capacity_w ?? most(zone.capacity_ma)) / KILO,
    buffer: zone.buffer_permille / 10,
    least: zone.least_session_w / KILO,
    distribution: zone.distribution,
    priorities: Object.fromEntries(zone.chargers.map((each) => [each.station_id, each.priority])),
  };
}

export function inputOf(values: TrialValues): TrialInput {
  const capacity = Math.round(Number(values.capacity) * KILO);
  return {
    from: values.from,
    days: Number(values.days),
    capacity_w: values.unit === "kw" ? capacity : null,
    capacity_ma: values.unit === "a" ? { l1: capacity, l2: capacity, l3: capacity } : null,
    buffer_permille: Math.round(Number(values.buffer) * 10),
    least_session_w: Math.round(Number(values.least) * KILO),
    distribution: values.distribution,
    priorities: Object.entries(values.priorities).map(([station_id, priority]) => ({ station_id, priority })),
  };
}

interface TrialFormProps {
  zone: Zone;
  chargers: ZoneCandidate[];
  timeZone: string;
  busy: boolean;
  onTry: (values: TrialValues) => Promise<unknown>;
}

export function TrialForm({ zone, chargers, timeZone, busy, onTry }: TrialFormProps) {
  const { t } = useTranslation();
  const problem = useProblemText();
  const form = useForm<TrialValues>({
    initialValues: startValues(zone, timeZone),
    validate: {
      from: (value) => (value ? null : t("form.required")),
      capacity: (value) => (Number(value) > 0 ? null : t("form.required")),
    },
  });
  const { values } = form;
  const nameOf = (id: string) => {
    const found = chargers.find((each) => each.station_id === id);
    return found?.name ?? found?.identity ?? id;
  };
  const submit = form.onSubmit((sent) =>
    onTry(sent).catch((error) => {
      if (!fieldErrors(error, form).onFields) notifyFailed(problem(error));
    }),
  );
  const below = { inputWrapperOrder: ["label", "input", "description", "error"] as const };
  return (
    <form onSubmit={submit} noValidate>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm">
        <TextInput
          type="date"
          label={t("power.trial.from")}
          description={t("power.trial.fromHelp", { zone: timeZone })}
          inputWrapperOrder={[...below.inputWrapperOrder]}
          {...form.getInputProps("from")}
        />
        <div>
          <Text size="sm" fw={500} mb={2}>
            {t("power.trial.days")}
          </Text>
          <SegmentedControl
            fullWidth
            aria-label={t("power.trial.days")}
            data={["1", "7"].map((value) => ({ value, label: t(`power.trial.dayCount.${value}`) }))}
            {...form.getInputProps("days")}
            onChange={(days) => form.setValues({ days, from: daysAgo(timeZone, Number(days)) })}
          />
          {form.errors.days && (
            <Text size="xs" c="var(--mantine-color-error)" role="alert">
              {form.errors.days}
            </Text>
          )}
        </div>
        <div />
        <NumberInput
          label={t("power.capacity")}
          min={0}
          decimalScale={3}
          suffix={values.unit === "kw" ? " kW" : " A"}
          {...form.getInputProps("capacity")}
          error={form.errors.capacity ?? form.errors.capacity_w ?? form.errors.capacity_ma}
        />
        <NumberInput
          label={t("power.buffer")}
          min={0}
          max={90}
          decimalScale={1}
          suffix=" %"
          {...form.getInputProps("buffer")}
          error={form.errors.buffer_permille}
        />
        <NumberInput
          label={t("power.least")}
          min={0}
          decimalScale={3}
          suffix=" kW"
          {...form.getInputProps("least")}
          error={form.errors.least_session_w}
        />
      </SimpleGrid>
      <Text size="sm" fw={500} mb={4} mt="sm">
        {t("power.distribution")}
      </Text>
      <SegmentedControl
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
      {zone.chargers.length > 0 && (
        <Fieldset legend={t("power.trial.priorities")} p="sm" mt="sm">
          <Group gap="xs">
            {zone.chargers.map((each) => (
              <NumberInput
                key={each.station_id}
                size="xs"
                w={140}
                min={0}
                max={9}
                allowDecimal={false}
                label={nameOf(each.station_id)}
                aria-label={t("power.priorityOf", { name: nameOf(each.station_id) })}
                value={values.priorities[each.station_id] ?? 0}
                onChange={(next) =>
                  form.setFieldValue("priorities", {
                    ...values.priorities,
                    [each.station_id]: Number(next) || 0,
                  })
                }
              />
            ))}
          </Group>
        </Fieldset>
      )}
      <Button type="submit" mt="md" loading={busy} leftSection={<IconPlayerPlay size={16} />}>
        {t("power.trial.run")}
      </Button>
    </form>
  );
}
