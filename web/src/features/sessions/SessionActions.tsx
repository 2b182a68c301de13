// What one may do to a session's record: close a stale one, mark an odd one as reviewed.
import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Session } from "@/api/types";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { notifyDone } from "@/ui/problem";
import { useSessionActions } from "./queries";

export function SessionActions({ session }: { session: Session }) {
  const { t } = useTranslation();
  const may = useMay("sessions");
  const { close, review } = useSessionActions(session.id);
  const [closing, closeDialog] = useDisclosure(false);
  const [reviewing, reviewDialog] = useDisclosure(false);
  if (!may) return null;
  return (
    <>
      {session.needs_review && <Button onClick={reviewDialog.open}>{t("session.review")}</Button>}
      {session.status === "active" && (
        <Button variant="default" onClick={closeDialog.open}>
          {t("session.close")}
        </Button>
      )}
      <ConfirmAction
        opened={closing}
        onClose={closeDialog.close}
        title={t("session.close")}
        consequence={t("session.closeText", { charger: session.station_identity })}
        confirmLabel={t("session.close")}
        onConfirm={async () => {
          await close();
          notifyDone(t("session.closed"));
        }}
      />
      <ConfirmAction
        opened={reviewing}
        onClose={reviewDialog.close}
        title={t("session.review")}
        consequence={t("session.reviewText")}
        confirmLabel={t("session.review")}
        harmless
        onConfirm={async () => {
          await review();
          notifyDone(t("session.reviewed"));
        }}
      />
    </>
  );
}
