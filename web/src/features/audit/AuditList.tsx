// Who did what, when, to what: with what was before and what is after.
import { Button, Group, Select, Stack, Table, Text, TextInput } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { AuditEntry } from "@/api/types";
import { dayEnd, dayStart } from "@/lib/days";
import { useUrlState } from "@/lib/urlState";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { ExportMenu } from "@/ui/list/ExportMenu";
import { Outside, Timestamp } from "@/ui/Values";
import { useZone } from "@/ui/zone";
import { difference } from "./difference";
import { useActors, useAudit } from "./queries";

/** Nouns that deeds are done to, in the order of the navigation. */
export const SUBJECTS = [
  "site",
  "station",
  "session",
  "id_token",
  "tariff",
  "firmware_campaign",
  "configuration_template",
  "certificate",
  "fault",
  "issue",
  "alert_rule",
  "webhook",
  "operator",
  "invitation",
  "api_key",
  "organisation",
  "mail",
];

function Difference({ row }: { row: AuditEntry }) {
  const { t } = useTranslation();
  const lines = difference(row.before, row.after);
  if (lines.length === 0) {
    return (
      <Text size="sm" c="dimmed" p="sm">
        {t("audit.nothingMore")}
      </Text>
    );
  }
  return (
    <Table fz="sm" withRowBorders={false} style={{ tableLayout: "fixed" }}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("audit.member")}</Table.Th>
          <Table.Th>{t("audit.before")}</Table.Th>
          <Table.Th>{t("audit.after")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {lines.map((line) => (
          <Table.Tr key={line.name}>
            <Table.Td>{line.name.replaceAll("_", " ")}</Table.Td>
            <Table.Td>
              <Outside text={line.before} />
            </Table.Td>
            <Table.Td>
              <Outside text={line.after} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

export function useDeed(): (action: string) => string {
  const { t } = useTranslation();
  return (action) => t(`deed.${action.replace(".", "_")}`, { defaultValue: action.replace(/[._]/g, " ") });
}

/** People by their name; programs say that they are one. */
function useActorName(): (kind: string, name: string) => string {
  const { t } = useTranslation();
  return (kind, name) => {
    if (kind === "system") return t("audit.system");
    return kind === "program" ? `${t("audit.noun.api_key")} ${name}` : name;
  };
}

function Filters() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const zone = useZone();
  const actors = useActors();
  const nameOf = useActorName();
  const actor = url.actor ?? null;
  return (
    <Group gap="xs" align="flex-end">
      <Select
        aria-label={t("audit.person")}
        placeholder={t("audit.person")}
        data={actors.map((each) => ({
          value: `${each.kind}-${each.id}`,
          label: nameOf(each.kind, each.name),
        }))}
        value={actor}
        onChange={(value) => set({ actor: value ?? undefined })}
        clearable
        searchable
        w={{ base: "100%", xs: 210 }}
      />
      <Select
        aria-label={t("audit.kind")}
        placeholder={t("audit.kind")}
        data={SUBJECTS.map((each) => ({ value: each, label: t(`audit.noun.${each}`) }))}
        value={url.kind ?? null}
        onChange={(value) => set({ kind: value ?? undefined, subject: undefined })}
        clearable
        searchable
        w={{ base: "100%", xs: 190 }}
      />
      <TextInput
        type="date"
        label={t("audit.from", { zone })}
        value={url.from ?? ""}
        onChange={(event) => set({ from: event.currentTarget.value || undefined })}
      />
      <TextInput
        type="date"
        label={t("audit.until", { zone })}
        value={url.until ?? ""}
        onChange={(event) => set({ until: event.currentTarget.value || undefined })}
      />
      {url.subject && (
        <Button variant="default" onClick={() => set({ subject: undefined, kind: undefined })}>
          {t("audit.everything")}
        </Button>
      )}
    </Group>
  );
}

export function AuditList() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const zone = useZone();
  const deed = useDeed();
  const nameOf = useActorName();
  const [actor_kind, actor_id] = url.actor?.split("-") ?? [];
  const mayExport = useMay("export");
  const filter = {
    actor_kind,
    actor_id,
    subject_kind: url.kind,
    subject_id: url.subject,
    from: url.from ? dayStart(url.from, zone) : undefined,
    until: url.until ? dayEnd(url.until, zone) : undefined,
  };
  const list = useAudit(filter);
  const columns: Column<AuditEntry>[] = [
    { accessor: "at", title: t("audit.when"), render: (row) => <Timestamp at={row.at} seconds /> },
    {
      accessor: "actor_name",
      title: t("audit.who"),
      render: (row) => <Outside text={nameOf(row.actor_kind, row.actor_name)} />,
    },
    { accessor: "action", title: t("audit.what"), render: (row) => deed(row.action) },
    {
      accessor: "subject_name",
      title: t("audit.toWhat"),
      render: (row) => (
        <Button
          variant="subtle"
          size="compact-sm"
          px={4}
          title={t("audit.onlyThis")}
          onClick={(event) => {
            event.stopPropagation();
            set({ kind: row.subject_kind, subject: row.subject_id });
          }}
        >
          <Outside
            line
            text={row.subject_name || t(`audit.noun.${row.subject_kind}`, { defaultValue: row.subject_kind })}
          />
        </Button>
      ),
    },
  ];
  return (
    <Stack gap="sm">
      <Group gap="xs" justify="space-between" align="flex-end">
        <Filters />
        {mayExport && <ExportMenu route="/audit/export" query={filter} formats={["csv", "xlsx"]} />}
      </Group>
      <DataTable<AuditEntry>
        list={list}
        columns={columns}
        label={t("audit.title")}
        minWidth={640}
        expansion={{ allowMultiple: true, content: ({ record }) => <Difference row={record} /> }}
        empty={<EmptyState icon={IconHistory} title={t("audit.none")} text={t("audit.noneText")} />}
      />
    </Stack>
  );
}
