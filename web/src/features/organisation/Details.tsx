// Who the organisation is: printed on receipts, shown to drivers, used by letters.
import { Alert, Button, Group, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Profile } from "@/api/types";
import { Panel } from "@/ui/Panel";
import { ContactFields, GeneralFields } from "./DetailsFields";
import { useDetailsForm } from "./useDetailsForm";

export function Details({ profile }: { profile: Profile }) {
  const { t } = useTranslation();
  const may = useMay("organisation");
  const { form, send, busy, failed } = useDetailsForm(profile);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <fieldset disabled={!may} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
        <Stack maw={680}>
          <Panel title={t("org.general")}>
            <Stack gap="sm">
              <GeneralFields form={form} />
            </Stack>
          </Panel>
          <Panel title={t("org.contacts")}>
            <Stack gap="sm">
              {(["general", "finance", "platform_support", "driver_support"] as const).map((of) => (
                <ContactFields key={of} form={form} of={of} />
              ))}
            </Stack>
          </Panel>
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
      </fieldset>
    </form>
  );
}
