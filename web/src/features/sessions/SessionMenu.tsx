// What one may do with a session, as a menu: at the right of each row, and beside the title of its page.
import { ActionIcon, Menu } from "@mantine/core";
import {
  IconDots,
  IconFileInvoice,
  IconFileText,
  IconFlag3,
  IconListDetails,
  IconPlayerStop,
  IconSquareX,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { download } from "@/api/download";
import { useMay } from "@/api/login";
import type { Session } from "@/api/types";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { type SessionDialog, SessionDialogs } from "./SessionDialogs";

interface SessionMenuProps {
  session: Session;
  /** On the session's own page: without the way there. */
  here?: boolean;
}

export function SessionMenu({ session, here }: SessionMenuProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const problemText = useProblemText();
  const mayCommand = useMay("command");
  const mayClose = useMay("sessions");
  const mayReceipt = useMay("receipts");
  const [dialog, setDialog] = useState<SessionDialog | null>(null);
  const route = `/sessions/${encodeURIComponent(session.id)}`;
  const fetchFile = (path: string, query = {}) =>
    void download(path, query).catch((error) => notifyFailed(problemText(error)));
  const active = session.status === "active";
  const name = `${session.station_name ?? session.station_identity}, ${session.id}`;
  return (
    // A row opens its session on a click; its menu does not.
    // biome-ignore lint/a11y/noStaticElementInteractions: it only keeps clicks from the row behind it
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys do not reach the row
    <span onClick={(event) => event.stopPropagation()}>
      <Menu position="bottom-end" width={230}>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={here ? "lg" : "md"}
            aria-label={t("session.actions", { name })}
          >
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {!here && (
            <Menu.Item
              leftSection={<IconListDetails size={16} />}
              onClick={() => void navigate({ to: "/sessions/$id", params: { id: session.id } })}
            >
              {t("session.details")}
            </Menu.Item>
          )}
          {active && mayCommand && (
            <Menu.Item leftSection={<IconPlayerStop size={16} />} onClick={() => setDialog("stop")}>
              {t("session.stop")}
            </Menu.Item>
          )}
          {!active && mayReceipt && session.payment === "priced" && (
            <Menu.Item
              leftSection={<IconFileInvoice size={16} />}
              onClick={() => fetchFile(`${route}/receipt.pdf`)}
            >
              {t("session.receipt")}
            </Menu.Item>
          )}
          {(["csv", "xlsx"] as const).map((format) => (
            <Menu.Item
              key={format}
              leftSection={<IconFileText size={16} />}
              onClick={() => fetchFile(`${route}/log`, { format })}
            >
              {t("session.log", { format: t(`list.format.${format}`) })}
            </Menu.Item>
          ))}
          {mayClose && session.needs_review && (
            <Menu.Item leftSection={<IconFlag3 size={16} />} onClick={() => setDialog("review")}>
              {t("session.review")}
            </Menu.Item>
          )}
          {mayClose && active && (
            <Menu.Item color="red" leftSection={<IconSquareX size={16} />} onClick={() => setDialog("close")}>
              {t("session.close")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <SessionDialogs session={session} dialog={dialog} onClose={() => setDialog(null)} />
    </span>
  );
}
