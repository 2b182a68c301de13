// The issue log with filters in the URL.
import { Button, Group, Stack, Text } from "@mantine/core";
import { IconFilterOff, IconPlus, IconTicket } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLogin, useMay } from "@/api/login";
import { useSiteChoices } from "@/api/lookups";
import type { Issue } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { type Chip, FilterChips, FilterSelect, SearchBox } from "@/ui/Filters";
import { RouteLink } from "@/ui/Links";
import { ColumnChooser } from "@/ui/list/ColumnChooser";
import { type ListColumn, useColumns } from "@/ui/list/columns";
import { ExportMenu } from "@/ui/list/ExportMenu";
import { SavedViews } from "@/ui/list/SavedViews";
import { Outside, Since, Timestamp } from "@/ui/Values";
import { AddIssue } from "./AddIssue";
import { IssuePriority, IssueState, STATE_WORDS } from "./IssueBadges";
import { useIssues, usePeople } from "./queries";

export function AddIssueButton() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [url, set] = useUrlState();
  const close = () => set({ add: undefined, fault: undefined });
  return (
    <>
      <Button leftSection={<IconPlus size={16} />} onClick={() => set({ add: "1" })}>
        {t("issue.add")}
      </Button>
      {url.add === "1" && (
        <AddIssue
          fault={url.fault}
          onClose={close}
          onMade={(issue) => void navigate({ to: "/issues/$id", params: { id: issue.id } })}
        />
      )}
    </>
  );
}

function useIssueColumns(): ListColumn<Issue>[] {
  const { t } = useTranslation();
  return [
    {
      accessor: "number",
      title: t("issue.number"),
      width: 70,
      fixed: true,
      render: (row) => <span className="tabular">#{row.number}</span>,
    },
    {
      accessor: "title",
      title: t("issue.title"),
      fixed: true,
      render: (row) => (
        <RouteLink to="/issues/$id" params={{ id: row.id }} fw={550}>
          <Outside line text={row.title} />
        </RouteLink>
      ),
    },
    { accessor: "state", title: t("issue.stateLabel"), render: (row) => <IssueState state={row.state} /> },
    {
      accessor: "priority",
      title: t("issue.priorityLabel"),
      render: (row) => <IssuePriority priority={row.priority} />,
    },
    {
      accessor: "where",
      title: t("issue.where"),
      render: (row) => (
        <div>
          {row.station_id && row.station_identity ? (
            <RouteLink to="/chargers/$id" params={{ id: row.station_id }}>
              <Outside line text={row.station_identity} />
            </RouteLink>
          ) : null}
          <Text size="sm" c="dimmed">
            <Outside line text={row.site_name} />
          </Text>
        </div>
      ),
    },
    {
      accessor: "assignee",
      title: t("issue.assignee"),
      render: (row) => row.assignee_name ?? <Text c="dimmed">{t("issue.nobody")}</Text>,
    },
    {
      accessor: "updated_at",
      title: t("issue.updated"),
      render: (row) => <Since at={row.updated_at} />,
    },
    {
      accessor: "created_at",
      title: t("issue.created"),
      optional: true,
      render: (row) => <Timestamp at={row.created_at} />,
    },
    { accessor: "created_by", title: t("issue.createdBy"), optional: true },
  ];
}

export function IssueList() {
  const { t } = useTranslation();
  const [url] = useUrlState();
  const sites = useSiteChoices();
  const people = usePeople();
  const mayExport = useMay("export");
  const { operator } = useLogin();
  const state = url.state;
  const filter = {
    open: state === "all" || STATE_WORDS.some((word) => word === state) ? undefined : true,
    state: STATE_WORDS.find((word) => word === state),
    site_id: url.site,
    station_id: url.charger,
    assignee_id: url.assignee === "me" ? operator.id : url.assignee,
    q: url.q,
  };
  const list = useIssues(filter);
  const columns = useColumns("issues", useIssueColumns());
  const chips: Chip[] = [
    state && {
      name: "state",
      label: state === "all" ? t("issue.allStates") : t(`issue.state.${state}`, { defaultValue: state }),
    },
    url.site && { name: "site", label: sites.find((each) => each.value === url.site)?.label ?? url.site },
    url.charger && { name: "charger", label: list.items[0]?.station_identity ?? t("issue.charger") },
    url.assignee && {
      name: "assignee",
      label:
        url.assignee === "me"
          ? t("issue.mine")
          : (people.find((each) => each.value === url.assignee)?.label ?? url.assignee),
    },
  ].filter((each): each is Chip => Boolean(each));
  return (
    <Stack gap="sm">
      <Group gap="xs" justify="space-between">
        <Group gap="xs">
          <SearchBox label={t("issue.search")} />
          <FilterSelect
            name="state"
            label={t("issue.stateLabel")}
            choices={[
              ...STATE_WORDS.map((value) => ({ value, label: t(`issue.state.${value}`) })),
              { value: "all", label: t("issue.allStates") },
            ]}
          />
          <FilterSelect name="site" label={t("issue.site")} choices={sites} />
          <FilterSelect
            name="assignee"
            label={t("issue.assignee")}
            choices={[{ value: "me", label: t("issue.mine") }, ...people]}
          />
        </Group>
        <Group gap="xs">
          <SavedViews page="issues" />
          <ColumnChooser columns={columns} />
          {mayExport && <ExportMenu route="/issues/export" query={filter} />}
        </Group>
      </Group>
      <FilterChips chips={chips} />
      <DataTable<Issue>
        list={list}
        columns={columns.columns}
        label={t("issue.log")}
        minWidth={760}
        empty={
          chips.length > 0 || url.q ? (
            <EmptyState icon={IconFilterOff} title={t("issue.none")} text={t("issue.noneText")} />
          ) : (
            <EmptyState icon={IconTicket} title={t("issue.noneOpen")} text={t("issue.noneOpenText")} />
          )
        }
      />
    </Stack>
  );
}
