// Rules with one's own subscription, and what was told.
import { Button, Group, Alert as Notice, Switch, Text } from "@mantine/core";
import { IconBell, IconBellOff, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { useSiteChoices } from "@/api/lookups";
import type { Alert, AlertRule } from "@/api/types";
import { SeverityBadge } from "@/features/faults/FaultText";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { Panel } from "@/ui/Panel";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { ToneBadge } from "@/ui/StatusBadge";
import { Count, Duration, Outside, Timestamp } from "@/ui/Values";
import { kindKey } from "./KindChoice";
import { useAlertRules, useAlerts, useAlertWrites } from "./queries";
import { RuleForm } from "./RuleForm";

function Subscription({ rule }: { rule: AlertRule }) {
  const { t } = useTranslation();
  const { subscribe } = useAlertWrites();
  const problemText = useProblemText();
  return (
    <Switch
      aria-label={t("alert.tellMeOf", { name: rule.name })}
      checked={rule.subscribed}
      onChange={(event) =>
        void subscribe(rule.id, event.currentTarget.checked).catch((error) =>
          notifyFailed(problemText(error)),
        )
      }
    />
  );
}

function useRuleColumns(edit: (rule: AlertRule) => void, remove: (rule: AlertRule) => void) {
  const { t } = useTranslation();
  const may = useMay("alerts");
  const sites = useSiteChoices();
  const columns: Column<AlertRule>[] = [
    {
      accessor: "name",
      title: t("alert.name"),
      render: (row) => (
        <Group gap={6}>
          <Text fw={550}>
            <Outside line text={row.name} />
          </Text>
          {!row.enabled && <ToneBadge tone="grey">{t("alert.off")}</ToneBadge>}
        </Group>
      ),
    },
    {
      accessor: "kinds",
      title: t("alert.kinds"),
      render: (row) => row.kinds.map((kind) => t(kindKey(kind))).join(", "),
    },
    {
      accessor: "severity",
      title: t("alert.severity"),
      render: (row) => <SeverityBadge severity={row.severity} />,
    },
    {
      accessor: "site_id",
      title: t("alert.site"),
      render: (row) =>
        row.site_id
          ? (sites.find((each) => each.value === row.site_id)?.label ?? row.site_id)
          : t("alert.everySite"),
    },
    { accessor: "quiet_s", title: t("alert.quiet"), render: (row) => <Duration seconds={row.quiet_s} /> },
    {
      accessor: "subscribers",
      title: t("alert.subscribers"),
      render: (row) => (
        <Text size="sm">
          {[...row.subscribers.map((each) => each.name), ...row.addresses].join(", ") || t("alert.nobody")}
        </Text>
      ),
    },
    {
      accessor: "subscribed",
      title: t("alert.tellMe"),
      render: (row) => <Subscription rule={row} />,
    },
  ];
  if (may)
    columns.push({
      accessor: "actions",
      title: <span className="visually-hidden">{t("table.actions")}</span>,
      textAlign: "right",
      render: (row) => (
        <Group gap={4} justify="flex-end" wrap="nowrap">
          <Button size="compact-sm" variant="default" onClick={() => edit(row)}>
            {t("alert.change")}
          </Button>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => remove(row)}>
            {t("alert.remove")}
          </Button>
        </Group>
      ),
    });
  return columns;
}

export function AlertRules({ mailReady }: { mailReady: boolean }) {
  const { t } = useTranslation();
  const may = useMay("alerts");
  const list = useAlertRules();
  const { remove } = useAlertWrites();
  const [editing, setEditing] = useState<AlertRule | "new" | null>(null);
  const [removing, setRemoving] = useState<AlertRule | null>(null);
  const columns = useRuleColumns(setEditing, setRemoving);
  const add = may && (
    <Button size="xs" leftSection={<IconPlus size={15} />} onClick={() => setEditing("new")}>
      {t("alert.add")}
    </Button>
  );
  return (
    <>
      {!mailReady && (
        <Notice color="yellow" variant="light" title={t("alert.noMail")}>
          {t("alert.noMailText")}
        </Notice>
      )}
      <Panel title={t("alert.rules")} aside={add}>
        <DataTable<AlertRule>
          list={list}
          columns={columns}
          label={t("alert.rules")}
          minWidth={860}
          plain
          empty={
            <EmptyState icon={IconBellOff} title={t("alert.none")} text={t("alert.noneText")} action={add} />
          }
        />
      </Panel>
      {editing && <RuleForm old={editing === "new" ? null : editing} onClose={() => setEditing(null)} />}
      <ConfirmAction
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={t("alert.removeTitle", { name: removing?.name })}
        consequence={t("alert.removeText")}
        confirmLabel={t("alert.remove")}
        onConfirm={async () => {
          if (removing) await remove(removing.id);
        }}
      />
    </>
  );
}

export function AlertsTold() {
  const { t } = useTranslation();
  const list = useAlerts();
  const columns: Column<Alert>[] = [
    { accessor: "at", title: t("alert.at"), render: (row) => <Timestamp at={row.at} /> },
    { accessor: "subject", title: t("alert.subject"), render: (row) => <Outside text={row.subject} /> },
    {
      accessor: "happenings",
      title: t("alert.happenings"),
      textAlign: "right",
      render: (row) => <Count value={row.happenings} />,
    },
    { accessor: "rule", title: t("alert.rule"), render: (row) => <Outside line text={row.rule} /> },
    {
      accessor: "recipients",
      title: t("alert.recipients"),
      render: (row) => <Outside text={row.recipients.split(" ").filter(Boolean).join(", ")} />,
    },
  ];
  return (
    <Panel title={t("alert.told")}>
      <DataTable<Alert>
        list={list}
        columns={columns}
        label={t("alert.told")}
        plain
        empty={
          <EmptyState icon={IconBell} title={t("alert.nothingTold")} text={t("alert.nothingToldText")} />
        }
      />
    </Panel>
  );
}
