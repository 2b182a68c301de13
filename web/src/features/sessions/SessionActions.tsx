// What one may do to a session's record: close a stale one, mark an odd one as reviewed.
import { Button, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Session } from "@/api/types";
import { FormDialog } from "@/ui/FormDialog";
import { notifyDone } from "@/ui/problem";
import { useSessionActions } from "./queries";

export function SessionActions({ session }: { session: Session }) {
  const { t } = useTranslation();
  const mayEdit = useMay("edit");
  const { close, review } = useSessionActions(session.id);
  const [closing, closeDialog] = useDisclosure(false);
  const [reviewing, reviewDialog] = useDisclosure(false);
  const reason = useForm({ initialValues: { reason: "" } });
  const note = useForm({
    initialValues: { note: "" },
    validate: { note: (value) => (value.trim() ? null : t("form.required")) },
  });
  if (!mayEdit) return null;
  return (
    <>
      {session.needs_review && <Button onClick={reviewDialog.open}>{t("session.review")}</Button>}
      {session.status === "active" && (
        <Button variant="default" onClick={closeDialog.open}>
          {t("session.close")}
        </Button>
      )}
      <FormDialog
        title={t("session.close")}
        opened={closing}
        onClose={closeDialog.close}
        form={reason}
        danger
        submitLabel={t("session.close")}
        onSubmit={async (values) => {
          await close(values.reason.trim());
          notifyDone(t("session.closed"));
        }}
      >
        <Text>{t("session.closeText", { charger: session.station_identity })}</Text>
        <Textarea label={t("session.reason")} autosize minRows={2} {...reason.getInputProps("reason")} />
      </FormDialog>
      <FormDialog
        title={t("session.review")}
        opened={reviewing}
        onClose={reviewDialog.close}
        form={note}
        submitLabel={t("session.review")}
        onSubmit={async (values) => {
          await review(values.note.trim());
          notifyDone(t("session.reviewed"));
        }}
      >
        <Text>{t("session.reviewText")}</Text>
        <Textarea label={t("session.note")} autosize minRows={2} required {...note.getInputProps("note")} />
      </FormDialog>
    </>
  );
}
