// The form for a new charge key.
import { Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { dayEnd } from "@/lib/days";
import { FormDialog } from "@/ui/FormDialog";
import { notifyDone } from "@/ui/problem";
import { useZone } from "@/ui/zone";
import { useIdTokenWrites } from "./queries";

const KINDS = ["rfid", "app", "mac", "emaid", "key_code", "local", "other"];

export function AddKey({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const { create } = useIdTokenWrites();
  const form = useForm({
    initialValues: { uid: "", kind: "rfid", alias: "", group: "", expires: "" },
    validateInputOnBlur: true,
    validate: { uid: (value) => (value.trim() ? null : t("form.required")) },
  });
  return (
    <FormDialog
      title={t("key.add")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("key.add")}
      onSubmit={async (values) => {
        const expires_at = dayEnd(values.expires, zone);
        await create({
          uid: values.uid.trim(),
          kind: values.kind,
          ...(values.alias.trim() ? { alias: values.alias.trim() } : {}),
          ...(values.group.trim() ? { group: values.group.trim() } : {}),
          ...(expires_at ? { expires_at } : {}),
        });
        notifyDone(t("form.saved"));
      }}
    >
      <TextInput
        label={t("key.uid")}
        description={t("key.uidHelp")}
        required
        data-autofocus
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps("uid")}
      />
      <Select
        label={t("key.kind")}
        data={KINDS.map((value) => ({ value, label: t(`key.kinds.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps("kind")}
      />
      <TextInput label={t("key.alias")} description={t("key.aliasHelp")} {...form.getInputProps("alias")} />
      <TextInput label={t("key.group")} description={t("key.groupHelp")} {...form.getInputProps("group")} />
      <TextInput
        type="date"
        label={t("key.expires")}
        description={t("key.expiresHelp", { zone })}
        {...form.getInputProps("expires")}
      />
    </FormDialog>
  );
}
