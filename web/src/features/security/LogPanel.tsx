// Logs a charger was asked for. What it sent is downloaded, never shown: it may hold anything.
import { Button, Group, Menu } from "@mantine/core";
import { IconChevronDown, IconDownload, IconFileText } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { path } from "@/api/http";
import { useMay } from "@/api/login";
import type { LogUpload, Station } from "@/api/types";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { Panel } from "@/ui/Panel";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { ToneBadge } from "@/ui/StatusBadge";
import type { Tone } from "@/ui/status";
import { Bytes, Outside, Timestamp } from "@/ui/Values";
import { useLogUploads, useSecurityWrites } from "./queries";

const TONES: Record<string, Tone> = {
  received: "green",
  asked: "blue",
  uploading: "blue",
  refused: "amber",
  failed: "red",
};

export function LogPanel({ station }: { station: Station }) {
  const { t } = useTranslation();
  const may = useMay("command");
  const problemText = useProblemText();
  const list = useLogUploads(station.id);
  const { askForLog, removeLog } = useSecurityWrites(station.id);
  const [busy, setBusy] = useState(false);
  const trying = async (action: Promise<unknown>) => {
    setBusy(true);
    try {
      await action;
    } catch (problem) {
      notifyFailed(problemText(problem));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel
      title={t("security.logs")}
      aside={
        may && (
          <Menu position="bottom-end">
            <Menu.Target>
              <Button
                size="xs"
                variant="default"
                loading={busy}
                disabled={!station.online}
                rightSection={<IconChevronDown size={14} />}
              >
                {t("security.askForLog")}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {["diagnostics", "security"].map((kind) => (
                <Menu.Item key={kind} onClick={() => void trying(askForLog(kind))}>
                  {t(`security.logKinds.${kind}`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )
      }
    >
      <DataTable<LogUpload>
        list={list}
        label={t("security.logs")}
        minWidth={620}
        plain
        columns={[
          {
            accessor: "created_at",
            title: t("security.asked"),
            render: (each) => <Timestamp at={each.created_at} />,
          },
          {
            accessor: "kind",
            title: t("security.kind"),
            render: (each) => t(`security.logKinds.${each.kind}`, { defaultValue: each.kind }),
          },
          {
            accessor: "state",
            title: t("held.state"),
            render: (each) => (
              <ToneBadge tone={TONES[each.state] ?? "grey"}>
                {t(`security.logStates.${each.state}`, { defaultValue: each.state })}
              </ToneBadge>
            ),
          },
          {
            accessor: "detail",
            title: t("command.detail"),
            render: (each) => <Outside text={each.detail} />,
          },
          {
            accessor: "bytes",
            title: t("security.size"),
            textAlign: "right",
            render: (each) => <Bytes value={each.bytes} />,
          },
          {
            accessor: "actions",
            title: <span className="visually-hidden">{t("table.actions")}</span>,
            textAlign: "right",
            render: (each) => (
              <Group gap={4} justify="flex-end" wrap="nowrap">
                {each.state === "received" && (
                  <Button
                    size="compact-sm"
                    variant="default"
                    component="a"
                    href={path(`/log-uploads/${each.id}/file`)}
                    download
                    leftSection={<IconDownload size={14} />}
                  >
                    {t("security.download")}
                  </Button>
                )}
                {may && (
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    color="gray"
                    onClick={() => void trying(removeLog(each.id))}
                  >
                    {t("security.remove")}
                  </Button>
                )}
              </Group>
            ),
          },
        ]}
        empty={
          <EmptyState icon={IconFileText} title={t("security.noLogs")} text={t("security.noLogsText")} />
        }
      />
    </Panel>
  );
}
