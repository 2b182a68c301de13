// The sessions of one charger.
import { IconBolt } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/ui/EmptyState";
import { useSessions } from "./queries";
import { SessionTable } from "./SessionTable";

export function StationSessions({ id }: { id: string }) {
  const { t } = useTranslation();
  const list = useSessions({ station_id: id });
  return (
    <SessionTable
      list={list}
      hide={["station", "site"]}
      empty={<EmptyState icon={IconBolt} title={t("session.noneFor")} text={t("session.noneText")} />}
    />
  );
}
