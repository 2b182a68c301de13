// Whose a home charger is to be: asked by letter, given a code, or a driver who is known.
import { Alert, SegmentedControl, Select, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { HomeCharger, HomeChargerWithCode, HomeOwnerRequest } from "@/api/types";
import { CodeDialog } from "@/features/drivers/CodeDialog";
import { LANGUAGES } from "@/locales/languages";
import { DriverChoice } from "@/ui/choices";
import { FormDialog } from "@/ui/FormDialog";
import { notifyDone } from "@/ui/problem";
import { useHomeWrites } from "./queries";

const WAYS = ["email", "offline", "driver"] as const;

interface Values extends Record<string, unknown> {
  way: string;
  name: string;
  email: string;
  language: string;
  driver_id: string | null;
}

function requestOf({ way, name, email, language, driver_id }: Values): HomeOwnerRequest {
  if (way === "driver") return { driver_id };
  return { name: name.trim(), language, ...(way === "email" ? { email: email.trim() } : {}) };
}

export function OwnerForm({ charger, onClose }: { charger: HomeCharger; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const { setOwner } = useHomeWrites();
  const [made, setMade] = useState<HomeChargerWithCode | null>(null);
  const known = charger.invitation;
  const form = useForm<Values>({
    initialValues: {
      way: "email",
      name: known?.name ?? "",
      email: known?.email ?? charger.contact_email ?? "",
      language: i18n.language,
      driver_id: null,
    },
    validate: {
      name: (value, all) => (all.way === "driver" || value.trim() ? null : t("form.required")),
      email: (value, all) => (all.way !== "email" || value.trim() ? null : t("form.required")),
      driver_id: (value, all) => (all.way !== "driver" || value ? null : t("form.required")),
    },
  });
  const { way } = form.values;
  if (made) return <CodeDialog to="home" code={made} onClose={onClose} />;
  return (
    <FormDialog
      title={t("home.addOwner")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t(`home.submit.${way}`)}
      onSubmit={async (values) => {
        const found = await setOwner(charger.id, requestOf(values));
        if (found.code) {
          setMade(found);
          return "stay";
        }
        notifyDone(t(way === "driver" ? "home.ownerSet" : "home.letterSent"));
        return undefined;
      }}
    >
      {charger.owner && (
        <Alert variant="light" color="orange">
          {t("home.hasOwner", { name: charger.owner.name })}
        </Alert>
      )}
      <SegmentedControl
        aria-label={t("home.way")}
        data={WAYS.map((value) => ({ value, label: t(`home.ways.${value}`) }))}
        {...form.getInputProps("way")}
      />
      <Text size="sm" c="dimmed">
        {t(`home.wayText.${way}`)}
      </Text>
      {way === "driver" ? (
        <DriverChoice label={t("home.driver")} {...form.getInputProps("driver_id")} />
      ) : (
        <>
          <TextInput label={t("home.ownerName")} required data-autofocus {...form.getInputProps("name")} />
          {way === "email" && (
            <>
              <TextInput
                label={t("home.email")}
                type="email"
                required
                autoComplete="off"
                {...form.getInputProps("email")}
              />
              <Select
                label={t("home.language")}
                allowDeselect={false}
                data={LANGUAGES.map((each) => ({ value: each.code, label: each.name }))}
                {...form.getInputProps("language")}
              />
            </>
          )}
        </>
      )}
    </FormDialog>
  );
}
