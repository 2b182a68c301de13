// The short form of a new site: what one must know of it. Everything else is on its page.
import { Group, Select, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { useLogin } from "@/api/login";
import type { Site, SiteKind } from "@/api/types";
import { currencies, timeZones } from "@/lib/zones";
import { FormDialog } from "@/ui/FormDialog";
import { notifyDone } from "@/ui/problem";
import { useSiteWrites } from "./queries";

const KINDS: SiteKind[] = ["public", "semi_public", "private"];

interface SiteFormProps {
  onClose: () => void;
  onMade?: (site: Site) => void;
}

export function SiteForm({ onClose, onMade }: SiteFormProps) {
  const { t } = useTranslation();
  const { organisation } = useLogin();
  const { create } = useSiteWrites();
  const form = useForm({
    initialValues: {
      name: "",
      address: "",
      postal_code: "",
      city: "",
      country: "",
      time_zone: organisation.time_zone,
      currency: organisation.currency,
      kind: "public" as string,
      free_charging: false,
    },
    validateInputOnBlur: true,
    validate: {
      name: (value) => (value.trim() ? null : t("form.required")),
      country: (value) =>
        value === "" || /^[A-Za-z]{2}$/.test(value.trim()) ? null : t("site.countryError"),
    },
  });

  const send = async (values: typeof form.values) => {
    const made = await create({
      name: values.name.trim(),
      address: values.address.trim() || null,
      postal_code: values.postal_code.trim() || null,
      city: values.city.trim() || null,
      country: values.country.trim().toUpperCase() || null,
      time_zone: values.time_zone,
      currency: values.currency,
      kind: values.kind as SiteKind,
      free_charging: values.free_charging,
    });
    notifyDone(t("form.saved"));
    onMade?.(made);
  };

  return (
    <FormDialog
      title={t("site.add")}
      opened
      onClose={onClose}
      form={form}
      onSubmit={send}
      submitLabel={t("site.add")}
    >
      <TextInput
        label={t("site.name")}
        description={t("site.nameHelp")}
        required
        data-autofocus
        {...form.getInputProps("name")}
      />
      <TextInput label={t("site.address")} autoComplete="off" {...form.getInputProps("address")} />
      <Group grow align="flex-start">
        <TextInput label={t("site.postalCode")} autoComplete="off" {...form.getInputProps("postal_code")} />
        <TextInput label={t("site.city")} autoComplete="off" {...form.getInputProps("city")} />
        <TextInput
          label={t("site.country")}
          placeholder="DE"
          maxLength={2}
          autoComplete="off"
          {...form.getInputProps("country")}
        />
      </Group>
      <Group grow align="flex-start">
        <Select
          label={t("site.timeZone")}
          data={timeZones()}
          searchable
          limit={60}
          allowDeselect={false}
          {...form.getInputProps("time_zone")}
        />
        <Select
          label={t("site.currency")}
          data={currencies()}
          searchable
          limit={60}
          allowDeselect={false}
          {...form.getInputProps("currency")}
        />
      </Group>
      <Select
        label={t("site.kind")}
        data={KINDS.map((value) => ({ value, label: t(`site.kinds.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps("kind")}
      />
      <Switch
        label={t("site.free")}
        description={t("site.freeHelp")}
        {...form.getInputProps("free_charging", { type: "checkbox" })}
      />
    </FormDialog>
  );
}
