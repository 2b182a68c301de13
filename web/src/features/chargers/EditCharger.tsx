// Changing a charger's name, place and admission; a new password; removing it.
import { Button, Menu, Select, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { IconKey, IconPencil } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { useSiteChoices } from "@/api/lookups";
import type { NewStation, Station } from "@/api/types";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { FormDialog } from "@/ui/FormDialog";
import { notifyDone } from "@/ui/problem";
import { ConnectionDetails } from "./ConnectionDetails";
import { PlugFields } from "./PlugFields";
import { evsesOf, plugsOf } from "./plugs";
import { useStationWrites } from "./queries";
import { SecurityChoice } from "./SecurityProfile";

interface EditFormProps {
  station: Station;
  opened: boolean;
  onClose: () => void;
}

function EditForm({ station, opened, onClose }: EditFormProps) {
  const { t } = useTranslation();
  const sites = useSiteChoices();
  const { change } = useStationWrites();
  const form = useForm({
    initialValues: {
      name: station.name ?? "",
      site_id: station.site_id,
      registration: station.registration as string,
      security_profile: String(station.security_profile),
      used_as: station.used_as,
      owner_email: station.owner_email ?? "",
      evses: plugsOf(station),
    },
  });
  return (
    <FormDialog
      title={t("charger.edit")}
      opened={opened}
      onClose={onClose}
      form={form}
      submitLabel={t("form.save")}
      size="lg"
      onSubmit={async (values) => {
        await change(station.id, {
          name: values.name.trim() || null,
          site_id: values.site_id,
          registration: values.registration,
          security_profile: Number(values.security_profile),
          used_as: values.used_as,
          owner_email: values.owner_email.trim() || null,
          ...(form.isDirty("evses") ? { evses: evsesOf(values.evses) } : {}),
        });
        notifyDone(t("form.saved"));
      }}
    >
      <TextInput
        label={t("charger.name")}
        description={t("charger.nameHelp")}
        {...form.getInputProps("name")}
      />
      <Select label={t("charger.site")} data={sites} searchable {...form.getInputProps("site_id")} />
      <Select
        label={t("charger.registration")}
        description={t("charger.registrationHelp")}
        data={["accepted", "pending", "rejected"].map((value) => ({
          value,
          label: t(`charger.registrations.${value}`),
        }))}
        allowDeselect={false}
        {...form.getInputProps("registration")}
      />
      <Select
        label={t("charger.usedAs")}
        data={["commercial", "home"].map((value) => ({ value, label: t(`charger.uses.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps("used_as")}
      />
      {form.values.used_as === "home" && (
        <TextInput
          label={t("charger.owner")}
          description={t("charger.ownerHelp")}
          type="email"
          autoComplete="off"
          {...form.getInputProps("owner_email")}
        />
      )}
      <PlugFields
        plugs={form.values.evses}
        onChange={(evses) => form.setFieldValue("evses", evses)}
        error={typeof form.errors.evses === "string" ? form.errors.evses : undefined}
      />
      <SecurityChoice {...form.getInputProps("security_profile")} />
    </FormDialog>
  );
}

/** Items of the charger's menu that change our record of it. */
export function EditCharger({ station }: { station: Station }) {
  const { t } = useTranslation();
  const mayEdit = useMay("network");
  const { change } = useStationWrites();
  const [editing, edit] = useDisclosure(false);
  const [renewing, renew] = useDisclosure(false);
  const [made, setMade] = useState<NewStation | null>(null);
  if (!mayEdit) return null;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default">{t("charger.manage")}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={edit.open}>
            {t("charger.edit")}
          </Menu.Item>
          <Menu.Item leftSection={<IconKey size={16} />} onClick={renew.open}>
            {t("charger.newPassword")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {editing && <EditForm station={station} opened onClose={edit.close} />}
      <ConfirmAction
        opened={renewing}
        onClose={renew.close}
        title={t("charger.newPassword")}
        consequence={<Text>{t("charger.newPasswordText", { charger: station.identity })}</Text>}
        confirmLabel={t("charger.newPassword")}
        onConfirm={async () => setMade(await change(station.id, { generate_password: true }))}
      />
      <ConnectionDetails station={made} onClose={() => setMade(null)} />
    </>
  );
}

/** The question before a charger is taken out of service. */
export function RemoveCharger({ station, opened, onClose }: EditFormProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { remove } = useStationWrites();
  return (
    <ConfirmAction
      opened={opened}
      onClose={onClose}
      title={t("charger.remove")}
      consequence={
        <>
          <Text>{t("charger.removeText", { charger: station.identity })}</Text>
          {station.evses.some((evse) => evse.session_id) && (
            <Text mt="xs" c="var(--mantine-color-error)">
              {t("charger.removeBusy")}
            </Text>
          )}
        </>
      }
      confirmLabel={t("charger.remove")}
      onConfirm={async () => {
        await remove(station.id);
        notifyDone(t("charger.removed", { charger: station.identity }));
        await navigate({ to: "/chargers" });
      }}
    />
  );
}
