// All drivers: found by name, address, number or phone; worked on one by one or many at once.
import { Button, Group, Menu, Stack } from "@mantine/core";
import { IconFileUpload, IconPlus, IconUsers } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Driver } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { FLEETS, useGroupChoices } from "@/ui/choices";
import { DataTable, type Sort } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { type Chip, FilterChips, FilterSelect, SearchBox } from "@/ui/Filters";
import { RouteLink } from "@/ui/Links";
import { BulkBar } from "@/ui/list/BulkBar";
import { ColumnChooser } from "@/ui/list/ColumnChooser";
import { type ListColumn, useColumns } from "@/ui/list/columns";
import { ExportMenu } from "@/ui/list/ExportMenu";
import { SavedViews } from "@/ui/list/SavedViews";
import { notifyDone, notifyFailed, useProblemText } from "@/ui/problem";
import { Absent, Count, Outside, Timestamp } from "@/ui/Values";
import { DriverForm } from "./DriverForm";
import { DriverStatus } from "./DriverStatus";
import { ImportDrivers } from "./ImportDrivers";
import { type Deed, type DriverFilter, useDrivers, useDriverWrites } from "./queries";

export function DriverButtons() {
  const { t } = useTranslation();
  const mayEdit = useMay("drivers");
  const navigate = useNavigate();
  const [url, set] = useUrlState();
  if (!mayEdit) return null;
  return (
    <Group gap="xs">
      <Button
        variant="default"
        leftSection={<IconFileUpload size={16} />}
        onClick={() => set({ import: "1" })}
      >
        {t("driver.import")}
      </Button>
      <Button leftSection={<IconPlus size={16} />} onClick={() => set({ add: "1" })}>
        {t("driver.add")}
      </Button>
      {url.add === "1" && (
        <DriverForm
          {...(url.fleet ? { fleet: url.fleet } : {})}
          onClose={() => set({ add: undefined })}
          onMade={(driver) => void navigate({ to: "/drivers/$id", params: { id: driver.id } })}
        />
      )}
      {url.import === "1" && <ImportDrivers onClose={() => set({ import: undefined })} />}
    </Group>
  );
}

function useDriverColumns(): ListColumn<Driver>[] {
  const { t } = useTranslation();
  return [
    {
      accessor: "name",
      title: t("driver.name"),
      fixed: true,
      sortable: true,
      render: (row) => (
        <RouteLink to="/drivers/$id" params={{ id: row.id }} fw={550}>
          <Outside line text={row.name} />
        </RouteLink>
      ),
    },
    {
      accessor: "email",
      title: t("driver.email"),
      sortable: true,
      render: (row) => <Outside line text={row.email} />,
    },
    {
      accessor: "number",
      title: t("driver.number"),
      sortable: true,
      render: (row) => <Outside line text={row.number} mono />,
    },
    {
      accessor: "status",
      title: t("driver.statusLabel"),
      render: (row) => <DriverStatus status={row.status} />,
    },
    {
      accessor: "fleet",
      title: t("fleetKind.label"),
      render: (row) => (row.fleet ? t(`fleetKind.${row.fleet}`) : <Absent />),
    },
    {
      accessor: "keys",
      title: t("driver.keys"),
      textAlign: "right",
      render: (row) => <Count value={row.keys} />,
    },
    {
      accessor: "last_charge_at",
      title: t("driver.lastCharge"),
      sortable: true,
      render: (row) => <Timestamp at={row.last_charge_at} />,
    },
    {
      accessor: "phone",
      title: t("driver.phone"),
      optional: true,
      render: (row) => <Outside line text={row.phone} />,
    },
    {
      accessor: "created_at",
      title: t("driver.created"),
      optional: true,
      sortable: true,
      render: (row) => <Timestamp at={row.created_at} />,
    },
  ];
}

function useFilters() {
  const { t } = useTranslation();
  const [url] = useUrlState();
  const groups = useGroupChoices();
  const lists = {
    status: ["invited", "active", "blocked"].map((value) => ({ value, label: t(`driver.status.${value}`) })),
    fleet: FLEETS.map((value) => ({ value, label: t(`fleetKind.${value}`) })),
    group: groups,
  };
  const chips = (Object.keys(lists) as (keyof typeof lists)[]).flatMap((name): Chip[] => {
    const value = url[name];
    if (!value) return [];
    const label = (lists[name] as { value: string; label: string }[]).find((each) => each.value === value);
    return [{ name, label: label?.label ?? value }];
  });
  return { lists, chips };
}

function BulkActions({ rows, onDone }: { rows: Driver[]; onDone: () => void }) {
  const { t } = useTranslation();
  const { bulk } = useDriverWrites();
  const groups = useGroupChoices();
  const problemText = useProblemText();
  const ids = rows.map((row) => row.id);
  const act = (deed: Deed, group?: string) =>
    void bulk(ids, deed, group).then(
      ({ changed }) => {
        notifyDone(t("driver.bulkDone", { count: changed }));
        onDone();
      },
      (error) => notifyFailed(problemText(error)),
    );
  return (
    <>
      <Button size="xs" variant="default" onClick={() => act("invite")}>
        {t("driver.sendCode")}
      </Button>
      <Button size="xs" variant="default" onClick={() => act("block")}>
        {t("driver.block")}
      </Button>
      <Button size="xs" variant="default" onClick={() => act("unblock")}>
        {t("driver.unblock")}
      </Button>
      <Menu>
        <Menu.Target>
          <Button size="xs" variant="default" disabled={groups.length === 0}>
            {t("driver.joinGroup")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {groups.map((group) => (
            <Menu.Item key={group.value} onClick={() => act("join", group.value)}>
              {group.label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

/** Columns by the words of the address. */
const SORTS: Record<string, string> = {
  name: "name",
  email: "email",
  number: "number",
  last_charge: "last_charge_at",
  created: "created_at",
};

export function DriverList() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const mayEdit = useMay("drivers");
  const mayExport = useMay("export");
  const navigate = useNavigate();
  const [ticked, setTicked] = useState<Driver[]>([]);
  const { lists, chips } = useFilters();
  const filter: DriverFilter = {
    q: url.q,
    status: url.status,
    fleet: url.fleet,
    group_id: url.group,
    sort: url.sort,
  };
  const list = useDrivers(filter);
  const columns = useColumns("drivers", useDriverColumns());
  const selected = ticked.flatMap((row) => list.items.find((each) => each.id === row.id) ?? []);
  const column = SORTS[url.sort ?? "name"] ?? "name";
  const newestFirst = ["last_charge_at", "created_at"].includes(column);
  const sort: Sort<Driver> = { columnAccessor: column, direction: newestFirst ? "desc" : "asc" };
  const filtered = Boolean(url.q) || chips.length > 0;
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <SearchBox label={t("driver.search")} />
        <FilterSelect name="status" label={t("driver.statusLabel")} choices={lists.status} />
        <FilterSelect name="fleet" label={t("fleetKind.label")} choices={lists.fleet} />
        <FilterSelect name="group" label={t("driver.group")} choices={lists.group} />
        <Group gap="xs" ml="auto">
          <SavedViews page="drivers" />
          <ColumnChooser columns={columns} />
          {mayExport && <ExportMenu route="/drivers/export" query={filter} />}
        </Group>
      </Group>
      <FilterChips chips={chips} />
      <DataTable<Driver>
        list={list}
        columns={columns.columns}
        label={t("driver.title")}
        minWidth={860}
        sort={sort}
        onSort={(next) => {
          const word = Object.entries(SORTS).find(([, accessor]) => accessor === next.columnAccessor)?.[0];
          set({ sort: word === "name" ? undefined : word });
        }}
        onOpen={(row) => void navigate({ to: "/drivers/$id", params: { id: row.id } })}
        {...(mayEdit ? { selected, onSelect: setTicked, rowName: (row: Driver) => row.name } : {})}
        empty={
          filtered ? (
            <EmptyState icon={IconUsers} title={t("driver.noneMatch")} />
          ) : (
            <EmptyState
              icon={IconUsers}
              title={t("driver.none")}
              text={t("driver.noneText")}
              action={
                mayEdit ? <Button onClick={() => set({ add: "1" })}>{t("driver.add")}</Button> : undefined
              }
            />
          )
        }
      />
      {mayEdit && (
        <BulkBar count={selected.length} onClear={() => setTicked([])}>
          <BulkActions rows={selected} onDone={() => setTicked([])} />
        </BulkBar>
      )}
    </Stack>
  );
}
