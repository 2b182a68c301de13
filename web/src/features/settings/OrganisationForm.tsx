// The organisation's own settings.
import { Alert, Button, Group, Select, Stack, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLogin, useMay } from "@/api/login";
import { currencies, timeZones } from "@/lib/zones";
import { Panel } from "@/ui/Panel";
import { fieldErrors, notifyDone, useProblemText } from "@/ui/problem";
import { useSettingsWrites } from "./queries";

export function OrganisationForm() {
  const { t } = useTranslation();
  const { organisation } = useLogin();
  const may = useMay("organisation");
  const problemText = useProblemText();
  const writes = useSettingsWrites();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const form = useForm({
    initialValues: {
      name: organisation.name,
      time_zone: organisation.time_zone,
      currency: organisation.currency,
      waiting_room: organisation.waiting_room,
    },
    validate: { name: (value) => (value.trim() ? null : t("form.required")) },
  });
  const send = form.onSubmit(async (values) => {
    setBusy(true);
    setFailed(null);
    try {
      await writes.organisation(organisation.id, { ...values, name: values.name.trim() });
      form.resetDirty();
      notifyDone(t("form.saved"));
    } catch (error) {
      if (!fieldErrors(error, form).onFields) setFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  });
  return (
    <Panel title={t("settings.organisation")}>
      <form onSubmit={send} noValidate>
        <Stack maw={520}>
          <TextInput label={t("settings.name")} disabled={!may} {...form.getInputProps("name")} />
          <Select
            label={t("settings.timeZone")}
            description={t("settings.timeZoneHelp")}
            data={timeZones()}
            searchable
            limit={60}
            allowDeselect={false}
            disabled={!may}
            {...form.getInputProps("time_zone")}
          />
          <Select
            label={t("settings.currency")}
            data={currencies()}
            searchable
            limit={60}
            allowDeselect={false}
            disabled={!may}
            {...form.getInputProps("currency")}
          />
          <Switch
            label={t("settings.waitingRoom")}
            description={t("settings.waitingRoomHelp")}
            disabled={!may}
            {...form.getInputProps("waiting_room", { type: "checkbox" })}
          />
          {failed && (
            <Alert color="red" variant="light" role="alert">
              {failed}
            </Alert>
          )}
          {may && (
            <Group>
              <Button type="submit" loading={busy} disabled={!form.isDirty()}>
                {t("form.save")}
              </Button>
            </Group>
          )}
        </Stack>
      </form>
    </Panel>
  );
}
