// The charge keys a station knows while it is offline: kept equal to the organisation's, or not kept.
import { Alert, Stack, Switch, Text } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { LocalList, Station } from "@/api/types";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { Failure } from "@/ui/Failure";
import { Panel } from "@/ui/Panel";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { ToneBadge } from "@/ui/StatusBadge";
import type { Tone } from "@/ui/status";
import { Outside, Timestamp } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { useHeldWrites, useLocalList } from "./queries";

const TONES: Record<string, Tone> = { current: "green", new: "blue", refused: "amber", off: "grey" };

export function LocalListPanel({ station }: { station: Station }) {
  const { t } = useTranslation();
  const may = useMay("command");
  const problemText = useProblemText();
  const { data, error, isPending, refetch } = useLocalList(station.id);
  const writes = useHeldWrites(station.id);
  const [busy, setBusy] = useState(false);
  if (isPending) return <Waiting />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const keep = async (enabled: boolean) => {
    setBusy(true);
    try {
      await writes.keepList(enabled);
    } catch (problem) {
      notifyFailed(problemText(problem));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel
      title={t("held.list")}
      aside={
        <ToneBadge tone={TONES[data.state] ?? "grey"}>
          {t(`held.listStates.${data.state}`, { defaultValue: data.state })}
        </ToneBadge>
      }
    >
      <Stack gap="sm">
        <Switch
          label={t("held.keepList")}
          description={t("held.keepListHelp")}
          checked={data.enabled}
          disabled={!may || busy}
          onChange={(event) => void keep(event.currentTarget.checked)}
        />
        {data.detail && (
          <Alert color="orange" variant="light">
            <Outside text={data.detail} />{" "}
            {data.retry_at && (
              <>
                {t("held.retry")} <Timestamp at={data.retry_at} />
              </>
            )}
          </Alert>
        )}
        {data.version > 0 && (
          <Text size="sm" c="dimmed">
            {t("held.version", { version: data.version, count: data.entries.length })}{" "}
            <Timestamp at={data.changed_at} />
          </Text>
        )}
        {(data.enabled || data.entries.length > 0) && (
          <DataTable<LocalList["entries"][number] & { id?: string }>
            list={{ items: data.entries, loading: false, error: null }}
            rowKey={(each) => `${each.kind} ${each.uid}`}
            label={t("held.list")}
            minWidth={480}
            plain
            columns={[
              { accessor: "uid", title: t("held.key"), render: (each) => <Outside text={each.uid} mono /> },
              { accessor: "kind", title: t("held.keyKind"), render: (each) => <Outside text={each.kind} /> },
              {
                accessor: "verdict",
                title: t("held.verdict"),
                render: (each) => <Outside text={each.verdict} />,
              },
              {
                accessor: "expires_at",
                title: t("held.until"),
                render: (each) => <Timestamp at={each.expires_at} />,
              },
            ]}
            empty={<EmptyState icon={IconKey} title={t("held.noEntries")} text={t("held.noEntriesText")} />}
          />
        )}
      </Stack>
    </Panel>
  );
}
