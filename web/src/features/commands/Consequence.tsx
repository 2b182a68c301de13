// What a command will do to whom, before it is sent.
import { Alert } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Station } from "@/api/types";
import type { CommandKind, CommandValues } from "./kinds";
import { usePreview } from "./queries";

interface ConsequenceProps {
  station: Station;
  kind: CommandKind;
  values: CommandValues;
}

function Ends({ station, kind, values }: ConsequenceProps) {
  const { t } = useTranslation();
  const { data } = usePreview(station.id, values.evse ? Number(values.evse) : undefined);
  if (data === undefined) return null;
  if (data === 0) return <Alert color="gray">{t("command.endsNone")}</Alert>;
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />}>
      {t(kind === "set_unavailable" ? "command.waitsFor" : "command.ends", { count: data })}
    </Alert>
  );
}

export function Consequence(props: ConsequenceProps) {
  return ["soft_reset", "hard_reset", "set_unavailable"].includes(props.kind) ? <Ends {...props} /> : null;
}
