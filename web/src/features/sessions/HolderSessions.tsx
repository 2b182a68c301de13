// The sessions of one driver, car or team: those whose key was theirs when the session began.
import { IconBolt } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/ui/EmptyState";
import { useSessions } from "./queries";
import { SessionTable } from "./SessionTable";

export function HolderSessions(of: { driver_id?: string; car_id?: string; team_id?: string }) {
  const { t } = useTranslation();
  const list = useSessions({ ...of });
  return (
    <SessionTable
      list={list}
      empty={<EmptyState icon={IconBolt} title={t("session.noneFor")} text={t("driver.noSessions")} />}
    />
  );
}
