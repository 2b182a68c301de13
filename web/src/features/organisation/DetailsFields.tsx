// The fields of an organisation's details, in the parts that the page and the wizard show.
import { Checkbox, Fieldset, SimpleGrid, Stack, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { PostalAddress, ProfileDetails } from "@/api/types";

export type DetailsForm = UseFormReturnType<{ details: ProfileDetails }>;

const NO_ADDRESS: PostalAddress = { street: "", postal_code: "", city: "", country: "" };

function AddressFields({ form, at }: { form: DetailsForm; at: "registered" | "billing" }) {
  const { t } = useTranslation();
  const field = (name: keyof PostalAddress) => form.getInputProps(`details.${at}.${name}`);
  return (
    <Stack gap="xs">
      <TextInput label={t("org.street")} autoComplete="street-address" {...field("street")} />
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="xs">
        <TextInput label={t("org.postalCode")} {...field("postal_code")} />
        <TextInput label={t("org.city")} {...field("city")} />
        <TextInput
          label={t("org.country")}
          placeholder="DK"
          maxLength={2}
          {...field("country")}
          onChange={(event) =>
            form.setFieldValue(`details.${at}.country`, event.currentTarget.value.toUpperCase())
          }
        />
      </SimpleGrid>
    </Stack>
  );
}

export function GeneralFields({ form }: { form: DetailsForm }) {
  const { t } = useTranslation();
  const field = (name: string) => form.getInputProps(`details.${name}`);
  const same = form.values.details.billing === null;
  return (
    <>
      <TextInput
        label={t("org.tradingName")}
        description={t("org.tradingNameHelp")}
        {...field("trading_name")}
      />
      <TextInput label={t("org.vatId")} placeholder="DK12345678" {...field("vat_id")} />
      <TextInput
        label={t("org.website")}
        placeholder="https://example.com"
        type="url"
        {...field("website")}
      />
      <TextInput label={t("org.email")} type="email" {...field("email")} />
      <Fieldset legend={t("org.registered")} p="sm">
        <AddressFields form={form} at="registered" />
      </Fieldset>
      <Checkbox
        label={t("org.sameAddress")}
        checked={same}
        onChange={(event) =>
          form.setFieldValue("details.billing", event.currentTarget.checked ? null : NO_ADDRESS)
        }
      />
      {!same && (
        <Fieldset legend={t("org.billing")} p="sm">
          <AddressFields form={form} at="billing" />
        </Fieldset>
      )}
    </>
  );
}

export function ContactFields({
  form,
  of,
}: {
  form: DetailsForm;
  of: "general" | "finance" | "platform_support" | "driver_support";
}) {
  const { t } = useTranslation();
  return (
    <Fieldset legend={t(`org.contact.${of}`)} p="sm">
      <Stack gap="xs">
        <TextInput label={t("org.contactName")} {...form.getInputProps(`details.${of}.name`)} />
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
          <TextInput label={t("org.email")} type="email" {...form.getInputProps(`details.${of}.email`)} />
          <TextInput label={t("org.phone")} type="tel" {...form.getInputProps(`details.${of}.phone`)} />
        </SimpleGrid>
      </Stack>
    </Fieldset>
  );
}
