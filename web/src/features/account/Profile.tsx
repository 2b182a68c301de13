// Name, address, language and password of the person.
import { Button, Group, PasswordInput, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLogin } from "@/api/login";
import type { Account } from "@/api/types";
import { timeZones } from "@/lib/zones";
import { isLanguage, LANGUAGES } from "@/locales/languages";
import { changeLanguage } from "@/locales/texts";
import { FormDialog } from "@/ui/FormDialog";
import { Panel } from "@/ui/Panel";
import { fieldErrors, notifyDone, notifyFailed, useProblemText } from "@/ui/problem";
import { useAccountWrites } from "./queries";

/** Characters of a password that the server accepts at least. */
const SHORTEST_PASSWORD = 8;

function PasswordDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { password } = useAccountWrites();
  const form = useForm({
    initialValues: { password: "", new_password: "" },
    validate: {
      password: (value) => (value ? null : t("form.required")),
      new_password: (value) =>
        value.length >= SHORTEST_PASSWORD ? null : t("form.shortPassword", { count: SHORTEST_PASSWORD }),
    },
  });
  const show = { "aria-label": t("login.show") };
  return (
    <FormDialog
      title={t("me.changePassword")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("me.changePassword")}
      onSubmit={async (values) => {
        await password(values.password, values.new_password);
        notifyDone(t("me.passwordChanged"));
      }}
    >
      <PasswordInput
        label={t("me.presentPassword")}
        autoComplete="current-password"
        visibilityToggleButtonProps={show}
        data-autofocus
        {...form.getInputProps("password")}
      />
      <PasswordInput
        label={t("me.newPassword")}
        description={t("me.passwordHelp", { count: SHORTEST_PASSWORD })}
        autoComplete="new-password"
        visibilityToggleButtonProps={show}
        {...form.getInputProps("new_password")}
      />
    </FormDialog>
  );
}

export function Profile({ account }: { account: Account }) {
  const { t } = useTranslation();
  const { edit } = useAccountWrites();
  const { by_provider, organisation } = useLogin();
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  const [changing, change] = useDisclosure(false);
  const form = useForm({
    initialValues: {
      name: account.name,
      email: account.email,
      language: account.language ?? "",
      time_zone: account.time_zone ?? "",
      password: "",
    },
    validate: {
      name: (value) => (value.trim() ? null : t("form.required")),
      email: (value) => (value.includes("@") ? null : t("form.email")),
      password: (value, values) =>
        values.email !== account.email && !value ? t("me.passwordForEmail") : null,
    },
  });
  const send = form.onSubmit(async ({ name, email, language, time_zone, password }) => {
    setBusy(true);
    try {
      const newAddress = email.trim() !== account.email ? { email: email.trim(), password } : {};
      const own = by_provider ? {} : { name: name.trim(), ...newAddress };
      await edit({ language: language || null, time_zone: time_zone || null, ...own });
      if (isLanguage(language)) void changeLanguage(language);
      form.setFieldValue("password", "");
      form.resetDirty();
      notifyDone(t("form.saved"));
    } catch (error) {
      if (!fieldErrors(error, form).onFields) notifyFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  });
  return (
    <Panel title={t("me.about")}>
      <form onSubmit={send} noValidate>
        <Stack maw={460}>
          <TextInput
            label={t("me.name")}
            autoComplete="name"
            disabled={by_provider}
            {...form.getInputProps("name")}
          />
          <TextInput
            label={t("login.email")}
            description={t("me.emailHelp")}
            type="email"
            disabled={by_provider}
            {...form.getInputProps("email")}
          />
          {form.values.email !== account.email && (
            <PasswordInput
              label={t("me.presentPassword")}
              autoComplete="current-password"
              visibilityToggleButtonProps={{ "aria-label": t("login.show") }}
              {...form.getInputProps("password")}
            />
          )}
          <Select
            label={t("language.label")}
            data={[
              { value: "", label: t("me.asBrowser") },
              ...LANGUAGES.map(({ code, name }) => ({ value: code, label: name })),
            ]}
            allowDeselect={false}
            {...form.getInputProps("language")}
          />
          <Select
            label={t("me.timeZone")}
            description={t("me.timeZoneHelp")}
            data={[
              { value: "", label: t("me.asOrganisation", { zone: organisation.time_zone }) },
              ...timeZones(),
            ]}
            searchable
            limit={60}
            allowDeselect={false}
            {...form.getInputProps("time_zone")}
          />
          <Group>
            <Button type="submit" loading={busy} disabled={!form.isDirty()}>
              {t("form.save")}
            </Button>
            <Button variant="default" onClick={change.open} disabled={!account.has_password || by_provider}>
              {t("me.changePassword")}
            </Button>
          </Group>
        </Stack>
      </form>
      {changing && <PasswordDialog onClose={change.close} />}
    </Panel>
  );
}
