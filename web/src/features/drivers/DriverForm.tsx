// The form for a driver: a new one, or one that is changed.
import { Checkbox, Group, Select, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Driver } from "@/api/types";
import { LANGUAGES } from "@/locales/languages";
import { FleetChoice, fleetValue, GroupChoices } from "@/ui/choices";
import { FormDialog } from "@/ui/FormDialog";
import { notifyDone } from "@/ui/problem";
import { useDriverWrites } from "./queries";

interface Props {
  /** None: a new one. */
  driver?: Driver;
  fleet?: string;
  onClose: () => void;
  onMade?: (driver: Driver) => void;
}

const orNull = (text: string) => text.trim() || null;

export function DriverForm({ driver, fleet, onClose, onMade }: Props) {
  const { t, i18n } = useTranslation();
  const { create, change } = useDriverWrites();
  const form = useForm({
    initialValues: {
      name: driver?.name ?? "",
      email: driver?.email ?? "",
      phone: driver?.phone ?? "",
      number: driver?.number ?? "",
      address: driver?.address ?? "",
      notes: driver?.notes ?? "",
      fleet: driver?.fleet ?? fleet ?? "none",
      can_pay: driver?.can_pay ?? false,
      language: driver?.language ?? i18n.language,
      group_ids: [] as string[],
      invite: !driver,
    },
    validateInputOnBlur: true,
    validate: {
      name: (value) => (value.trim() ? null : t("form.required")),
      email: (value, values) => {
        if (value.trim() && !value.includes("@")) return t("form.email");
        return values.invite && !value.trim() ? t("driver.inviteNeedsEmail") : null;
      },
    },
  });
  const submit = async (values: typeof form.values) => {
    const { group_ids, invite, number, ...rest } = values;
    const input = {
      ...rest,
      email: orNull(values.email),
      phone: orNull(values.phone),
      address: orNull(values.address),
      notes: orNull(values.notes),
      fleet: fleetValue(values.fleet),
      ...(number.trim() ? { number: number.trim() } : {}),
    };
    if (driver) {
      await change(driver.id, input);
      notifyDone(t("form.saved"));
    } else {
      const made = await create({ ...input, group_ids, invite });
      notifyDone(t(invite ? "driver.invitedNow" : "driver.addedNow", { name: made.name }));
      onMade?.(made);
    }
  };
  return (
    <FormDialog
      title={t(driver ? "driver.edit" : "driver.add")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t(driver ? "form.save" : "driver.add")}
      onSubmit={submit}
      size="lg"
    >
      <TextInput label={t("driver.name")} required data-autofocus {...form.getInputProps("name")} />
      <Group grow align="flex-start">
        <TextInput label={t("driver.email")} type="email" {...form.getInputProps("email")} />
        <TextInput label={t("driver.phone")} type="tel" {...form.getInputProps("phone")} />
      </Group>
      {!driver && (
        <Checkbox
          label={t("driver.inviteNow")}
          description={t("driver.inviteHelp")}
          {...form.getInputProps("invite", { type: "checkbox" })}
        />
      )}
      <Group grow align="flex-start">
        <TextInput
          label={t("driver.number")}
          description={t("driver.numberHelp")}
          {...form.getInputProps("number")}
        />
        <Select
          label={t("driver.language")}
          description={t("driver.languageHelp")}
          data={LANGUAGES.map((each) => ({ value: each.code, label: each.name }))}
          allowDeselect={false}
          {...form.getInputProps("language")}
        />
      </Group>
      <FleetChoice {...form.getInputProps("fleet")} />
      {!driver && <GroupChoices label={t("driver.groups")} {...form.getInputProps("group_ids")} />}
      <TextInput label={t("driver.address")} {...form.getInputProps("address")} />
      <Textarea label={t("driver.notes")} autosize minRows={2} {...form.getInputProps("notes")} />
      <Checkbox
        label={t("driver.canPay")}
        description={t("driver.canPayHelp")}
        {...form.getInputProps("can_pay", { type: "checkbox" })}
      />
    </FormDialog>
  );
}
