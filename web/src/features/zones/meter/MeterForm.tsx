// Where a zone's meter is read, tried before it is saved.
import {
  Alert,
  Button,
  Checkbox,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Zone, ZoneFeed, ZoneMeterTrial } from "@/api/types";
import { FormDialog } from "@/ui/FormDialog";
import { fieldErrors, useProblemText } from "@/ui/problem";
import { Load, TroubleText } from "./Load";
import { ModbusFields } from "./ModbusFields";
import { MqttFields } from "./MqttFields";
import { tryMeter, useMeterWrites } from "./queries";
import {
  inputOf,
  KINDS,
  type Measure,
  type MeterValues,
  measures,
  missingIn,
  unitsOf,
  valuesOf,
  WIRES,
  withKind,
} from "./values";

type Form = UseFormReturnType<MeterValues>;

interface MeterFormProps {
  zone: Zone;
  feed: ZoneFeed | null;
  onClose: () => void;
}

function Numbers({ form }: { form: Form }) {
  const { t } = useTranslation();
  const { measure } = form.values;
  const choose = (next: string | null) => {
    const chosen = (next ?? "currents") as Measure;
    form.setValues({ measure: chosen, unit: unitsOf(chosen)[0] });
  };
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="xs">
        <Select
          label={t("zoneMeter.measure")}
          data={measures.map((value) => ({ value, label: t(`zoneMeter.measures.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps("measure")}
          onChange={choose}
        />
        <Select
          label={t("zoneMeter.unit")}
          data={unitsOf(measure).map((value) => ({ value, label: t(`zoneMeter.units.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps("unit")}
        />
        <TextInput
          label={t("zoneMeter.factor")}
          description={t("zoneMeter.factorHelp")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          inputMode="decimal"
          {...form.getInputProps("factor")}
        />
      </SimpleGrid>
      <Checkbox label={t("zoneMeter.reversed")} {...form.getInputProps("reversed", { type: "checkbox" })} />
      <Checkbox
        label={t("zoneMeter.withChargers")}
        description={t("zoneMeter.withChargersHelp")}
        {...form.getInputProps("with_chargers", { type: "checkbox" })}
      />
    </>
  );
}

/** What a trial read, or what is wrong. */
function Outcome({ trial }: { trial: ZoneMeterTrial }) {
  const { t } = useTranslation();
  const { load_ma: load, trouble, numbers, kept } = trial;
  return (
    <Alert color={load ? (kept ? "yellow" : "teal") : "red"} variant="light" role="status">
      {load && (
        <Text size="sm" fw={550}>
          {t("zoneMeter.read")} <Load load={load} />
        </Text>
      )}
      {trouble && <TroubleText trouble={trouble} />}
      {numbers.length > 0 && <Text size="sm">{t("zoneMeter.asRead", { numbers: numbers.join(" · ") })}</Text>}
      {kept && <Text size="sm">{t("zoneMeter.kept")}</Text>}
    </Alert>
  );
}

function Trial({ zone, form }: { zone: string; form: Form }) {
  const { t } = useTranslation();
  const problem = useProblemText();
  const [busy, setBusy] = useState(false);
  const [trial, setTrial] = useState<ZoneMeterTrial | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const run = async () => {
    setTrial(null);
    setFailed(null);
    if (form.validate().hasErrors) return;
    setBusy(true);
    try {
      setTrial(await tryMeter(zone, inputOf(form.getValues())));
    } catch (error) {
      if (!fieldErrors(error, form).onFields) setFailed(problem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack gap="xs" align="flex-start">
      <Button variant="default" loading={busy} onClick={() => void run()}>
        {t("zoneMeter.test")}
      </Button>
      {busy && (
        <Text size="sm" c="dimmed" role="status">
          {t("zoneMeter.testing")}
        </Text>
      )}
      {trial && <Outcome trial={trial} />}
      {failed && (
        <Alert color="red" variant="light" role="alert">
          {failed}
        </Alert>
      )}
    </Stack>
  );
}

export function MeterForm({ zone, feed, onClose }: MeterFormProps) {
  const { t } = useTranslation();
  const { save } = useMeterWrites(zone.id);
  const form = useForm<MeterValues>({
    initialValues: valuesOf(feed),
    validate: (values) => Object.fromEntries(missingIn(values).map((field) => [field, t("form.required")])),
  });
  const { wire, measure } = form.values;
  return (
    <FormDialog
      title={t("zoneMeter.formTitle", { zone: zone.name })}
      opened
      onClose={onClose}
      form={form}
      size="lg"
      submitLabel={t("form.save")}
      onSubmit={(values) => save(values.wire === "api" ? null : inputOf(values))}
    >
      <SegmentedControl
        fullWidth
        aria-label={t("zoneMeter.source")}
        data={WIRES.map((value) => ({ value, label: t(`zoneMeter.wires.${value}`) }))}
        {...form.getInputProps("wire")}
      />
      <Text size="sm" c="dimmed">
        {t(`zoneMeter.wireHelp.${wire}`)}
      </Text>
      {wire !== "api" && (
        <>
          <Select
            label={t("zoneMeter.kind")}
            placeholder={t("zoneMeter.kindOwn")}
            clearable
            data={Object.entries(KINDS)
              .filter(([, kind]) => kind.wire === wire)
              .map(([value]) => ({ value, label: t(`zoneMeter.kinds.${value}`) }))}
            onChange={(kind) => kind && form.setValues(withKind(form.getValues(), kind))}
          />
          <Numbers form={form} />
          {wire === "mqtt" ? (
            <MqttFields form={form} measure={measure} hasPassword={feed?.mqtt?.has_password ?? false} />
          ) : (
            <ModbusFields form={form} measure={measure} />
          )}
          <Trial zone={zone.id} form={form} />
        </>
      )}
    </FormDialog>
  );
}
