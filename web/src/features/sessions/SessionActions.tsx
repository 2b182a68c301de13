// The two things most done on a session's page, and the menu with the rest.
import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Session } from "@/api/types";
import { type SessionDialog, SessionDialogs } from "./SessionDialogs";
import { SessionMenu } from "./SessionMenu";

export function SessionActions({ session }: { session: Session }) {
  const { t } = useTranslation();
  const mayReview = useMay("sessions");
  const mayCommand = useMay("command");
  const [dialog, setDialog] = useState<SessionDialog | null>(null);
  return (
    <>
      {mayReview && session.needs_review && (
        <Button onClick={() => setDialog("review")}>{t("session.review")}</Button>
      )}
      {mayCommand && session.status === "active" && (
        <Button variant="default" onClick={() => setDialog("stop")}>
          {t("session.stop")}
        </Button>
      )}
      <SessionMenu session={session} here />
      <SessionDialogs session={session} dialog={dialog} onClose={() => setDialog(null)} />
    </>
  );
}
