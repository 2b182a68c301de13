// The fields of each command.
import { Autocomplete, Group, JsonInput, NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { idTokenChoicesOptions } from "@/api/lookups";
import type { Station } from "@/api/types";
import { wallTime } from "@/lib/days";
import { useZone } from "@/ui/zone";
import { type CommandKind, type CommandValues, TRIGGERS } from "./kinds";
import { useOpenSessions } from "./queries";

interface FieldProps {
  /** Without one the command is for many: no plug is named. */
  station: Station | null;
  form: UseFormReturnType<CommandValues>;
}

function PlugSelect({ station, form, required = false }: FieldProps & { required?: boolean }) {
  const { t } = useTranslation();
  if (!station) return null;
  return (
    <Select
      label={t("command.plug")}
      placeholder={required ? undefined : t("command.wholeCharger")}
      data={station.evses.map((evse) => ({
        value: String(evse.evse),
        label: t("charger.plugNumber", { number: evse.evse }),
      }))}
      clearable={!required}
      required={required}
      {...form.getInputProps("evse")}
      value={form.values.evse || null}
      onChange={(value) => form.setFieldValue("evse", value ?? "")}
    />
  );
}

function StartFields({ station, form }: FieldProps) {
  const { t } = useTranslation();
  const mayList = useMay("tokens_read");
  const { data } = useQuery({ ...idTokenChoicesOptions, enabled: mayList });
  const known = [...new Set((data?.items ?? []).map((each) => each.uid))];
  return (
    <>
      <Autocomplete
        label={t("command.start_session.key")}
        description={t("command.start_session.keyHelp")}
        data={known}
        required
        {...form.getInputProps("idToken")}
      />
      <PlugSelect station={station} form={form} />
    </>
  );
}

function StopFields({ station, form }: FieldProps) {
  const { t } = useTranslation();
  const { data = [] } = useOpenSessions(station?.id ?? "");
  return (
    <Select
      label={t("command.stop_session.session")}
      data={data.map((each) => ({
        value: each.id,
        label: t("command.stop_session.choice", {
          plug: each.evse,
          key: each.id_token_alias ?? each.id_token ?? "—",
          number: each.transaction_ref,
        }),
      }))}
      nothingFoundMessage={t("command.stop_session.none")}
      required
      {...form.getInputProps("session")}
      value={form.values.session || null}
      onChange={(value) => form.setFieldValue("session", value ?? "")}
    />
  );
}

/** Until when, by the clock where the charger stands; for many chargers by the screen's. */
function UntilField({ station, form }: FieldProps) {
  const { t } = useTranslation();
  const own = useZone();
  const zone = station?.site_time_zone || own;
  const [wall, setWall] = useState("");
  return (
    <TextInput
      type="datetime-local"
      label={t("command.max_profile.until")}
      description={t("command.max_profile.untilHelp", { zone })}
      value={wall}
      onChange={(event) => {
        setWall(event.currentTarget.value);
        form.setFieldValue("until", wallTime(event.currentTarget.value, zone) ?? "");
      }}
      error={form.errors.until}
    />
  );
}

function LimitFields({ form }: { form: FieldProps["form"] }) {
  const { t } = useTranslation();
  return (
    <Group grow align="flex-start">
      <NumberInput
        label={t("command.max_profile.limit")}
        min={0}
        decimalScale={1}
        required
        {...form.getInputProps("limit")}
      />
      <Select
        label={t("command.max_profile.unit")}
        data={[
          { value: "A", label: t("command.max_profile.amps") },
          { value: "W", label: t("command.max_profile.watts") },
        ]}
        allowDeselect={false}
        {...form.getInputProps("unit")}
      />
    </Group>
  );
}

function VariableFields({ form, write }: { form: FieldProps["form"]; write: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      <TextInput
        label={t("command.variable.name")}
        description={write ? undefined : t("command.variable.nameHelp")}
        required={write}
        spellCheck={false}
        {...form.getInputProps("name")}
      />
      <TextInput
        label={t("command.variable.component")}
        description={t("command.variable.componentHelp")}
        spellCheck={false}
        {...form.getInputProps("component")}
      />
      {write && (
        <TextInput label={t("command.variable.value")} spellCheck={false} {...form.getInputProps("value")} />
      )}
    </>
  );
}

export function CommandFields({ station, kind, form }: FieldProps & { kind: CommandKind }) {
  const { t } = useTranslation();
  switch (kind) {
    case "start_session":
      return <StartFields station={station} form={form} />;
    case "stop_session":
      return <StopFields station={station} form={form} />;
    case "unlock":
      return <PlugSelect station={station} form={form} required />;
    case "set_available":
    case "set_unavailable":
    case "clear_schedule":
      return <PlugSelect station={station} form={form} />;
    case "max_profile":
      return (
        <>
          <LimitFields form={form} />
          <PlugSelect station={station} form={form} />
          <UntilField station={station} form={form} />
        </>
      );
    case "update_firmware":
      return (
        <TextInput
          label={t("command.update_firmware.location")}
          description={t("command.update_firmware.locationHelp")}
          type="url"
          required
          spellCheck={false}
          {...form.getInputProps("location")}
        />
      );
    case "trigger":
      return (
        <>
          <Select
            label={t("command.trigger.what")}
            data={TRIGGERS.map((value) => ({ value, label: t(`command.trigger.${value}`) }))}
            allowDeselect={false}
            {...form.getInputProps("trigger")}
          />
          <PlugSelect station={station} form={form} />
        </>
      );
    case "read_variables":
    case "write_variable":
      return <VariableFields form={form} write={kind === "write_variable"} />;
    case "data_transfer":
      return (
        <>
          <TextInput label={t("command.data_transfer.vendor")} required {...form.getInputProps("vendor")} />
          <TextInput label={t("command.data_transfer.message")} {...form.getInputProps("message")} />
          <Textarea
            label={t("command.data_transfer.data")}
            autosize
            minRows={2}
            {...form.getInputProps("data")}
          />
        </>
      );
    case "raw":
      return (
        <>
          <TextInput
            label={t("command.raw.action")}
            description={t("command.raw.actionHelp")}
            required
            spellCheck={false}
            {...form.getInputProps("action")}
          />
          <JsonInput
            label={t("command.raw.payload")}
            validationError={t("command.raw.notJson")}
            formatOnBlur
            autosize
            minRows={4}
            maxRows={16}
            {...form.getInputProps("payload")}
          />
        </>
      );
    default:
      return null;
  }
}
