// A lost or worn card: the new one takes over whose it is, the old one is blocked.
import { TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { IdToken } from "@/api/types";
import { FormDialog } from "@/ui/FormDialog";
import { notifyDone } from "@/ui/problem";
import { useIdTokenWrites } from "./queries";

export function ReplaceKey({ token, onClose }: { token: IdToken; onClose: () => void }) {
  const { t } = useTranslation();
  const { replace } = useIdTokenWrites();
  const form = useForm({
    initialValues: { uid: "" },
    validate: { uid: (value) => (value.trim() ? null : t("form.required")) },
  });
  return (
    <FormDialog
      title={t("key.replace")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("key.replace")}
      onSubmit={async ({ uid }) => {
        await replace(token.id, uid.trim());
        notifyDone(t("key.replaced"));
      }}
    >
      <p style={{ margin: 0 }}>{t("key.replaceText", { key: token.alias ?? token.uid })}</p>
      <TextInput label={t("key.newUid")} required data-autofocus {...form.getInputProps("uid")} />
    </FormDialog>
  );
}
