// Questions before something is done to a session: stop it at the charger, close its record, mark it as reviewed.
import { Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { useStationCommand } from "@/api/commands";
import type { Session } from "@/api/types";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { FormDialog } from "@/ui/FormDialog";
import { notifyDone, notifyFailed } from "@/ui/problem";
import { useSessionActions } from "./queries";

export type SessionDialog = "stop" | "close" | "review";

interface Props {
  session: Session;
  dialog: SessionDialog | null;
  onClose: () => void;
}

function Stop({ session, onClose }: Props) {
  const { t } = useTranslation();
  const send = useStationCommand(session.station_id);
  return (
    <ConfirmAction
      opened
      onClose={onClose}
      title={t("session.stop")}
      consequence={t("session.stopText", { charger: session.station_name ?? session.station_identity })}
      confirmLabel={t("session.stop")}
      onConfirm={async () => {
        const answer = await send({ command: "stop_session", session_id: session.id });
        if (answer.status === "Accepted") notifyDone(t("session.stopAccepted"));
        else notifyFailed(t("session.stopRefused", { answer: answer.status ?? answer.state }));
      }}
    />
  );
}

function Review({ session, onClose }: Props) {
  const { t } = useTranslation();
  const { review } = useSessionActions(session.id);
  const form = useForm({ initialValues: { text: "" } });
  return (
    <FormDialog
      title={t("session.review")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("session.review")}
      onSubmit={async ({ text }) => {
        await review(text);
        notifyDone(t("session.reviewed"));
      }}
    >
      <p style={{ margin: 0 }}>{t("session.reviewText")}</p>
      <Textarea
        label={t("session.reviewNote")}
        description={t("session.reviewNoteHelp")}
        autosize
        minRows={3}
        maxLength={2_000}
        {...form.getInputProps("text")}
      />
    </FormDialog>
  );
}

export function SessionDialogs(props: Props) {
  const { t } = useTranslation();
  const { session, dialog, onClose } = props;
  const { close } = useSessionActions(session.id);
  if (dialog === "stop") return <Stop {...props} />;
  if (dialog === "review") return <Review {...props} />;
  if (dialog === null) return null;
  return (
    <ConfirmAction
      opened
      onClose={onClose}
      title={t("session.close")}
      consequence={t("session.closeText", { charger: session.station_identity })}
      confirmLabel={t("session.close")}
      onConfirm={async () => {
        await close();
        notifyDone(t("session.closed"));
      }}
    />
  );
}
