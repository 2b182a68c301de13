// Faults with filters in the URL; a row opens to what it means and what to do.
import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconCheck, IconCircleCheck, IconFilterOff } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { useSiteChoices } from "@/api/lookups";
import type { Fault } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { type Chip, FilterChips, FilterSelect, SearchBox } from "@/ui/Filters";
import { FormDialog } from "@/ui/FormDialog";
import { RouteButton, RouteLink } from "@/ui/Links";
import { BulkBar } from "@/ui/list/BulkBar";
import { ColumnChooser } from "@/ui/list/ColumnChooser";
import { type ListColumn, useColumns } from "@/ui/list/columns";
import { ExportMenu } from "@/ui/list/ExportMenu";
import { SavedViews } from "@/ui/list/SavedViews";
import { Count, Outside, Since, Timestamp } from "@/ui/Values";
import { FaultKinds } from "./FaultKinds";
import { FaultText, SeverityBadge, useFaultName, usePlaceName } from "./FaultText";
import { useFaults, useSolve } from "./queries";

const CAUSES = ["communication", "hardware", "power", "vehicle", "unknown"] as const;

function Solve({ faults, onClose, onDone }: { faults: Fault[]; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation();
  const solve = useSolve();
  const form = useForm({ initialValues: { note: "" } });
  return (
    <FormDialog
      title={t("fault.solveTitle", { count: faults.length })}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("fault.solve")}
      onSubmit={async ({ note }) => {
        await solve(
          faults.map((fault) => fault.id),
          note,
        );
        onDone();
      }}
    >
      <Text>{t("fault.solveText")}</Text>
      <Textarea
        label={t("fault.noteLabel")}
        description={t("fault.noteHelp")}
        autosize
        minRows={2}
        data-autofocus
        {...form.getInputProps("note")}
      />
    </FormDialog>
  );
}

function useFaultColumns(onSolve: (fault: Fault) => void): ListColumn<Fault>[] {
  const { t } = useTranslation();
  const may = useMay("diagnostics");
  const name = useFaultName();
  const place = usePlaceName();
  return [
    {
      accessor: "severity",
      title: t("fault.severityColumn"),
      width: 100,
      render: (row) => <SeverityBadge severity={row.severity} />,
    },
    {
      accessor: "what",
      title: t("fault.what"),
      fixed: true,
      render: (row) => (
        <div>
          <Text fw={550} component="span">
            <Outside line text={name(row)} />
          </Text>
          <Text size="sm" c="dimmed">
            <Outside line text={[row.vendor_code, row.info].filter(Boolean).join(" · ") || row.code} />
          </Text>
        </div>
      ),
    },
    {
      accessor: "station",
      title: t("fault.charger"),
      fixed: true,
      render: (row) => (
        <div>
          <RouteLink to="/chargers/$id" params={{ id: row.station_id }}>
            <Outside line text={row.station_name ?? row.station_identity} />
          </RouteLink>
          <Text size="sm" c="dimmed">
            <Outside line text={row.site_name} />
          </Text>
        </div>
      ),
    },
    { accessor: "place", title: t("fault.place"), render: place },
    { accessor: "cause", title: t("fault.causeFilter"), render: (row) => t(`fault.cause.${row.cause}`) },
    { accessor: "opened_at", title: t("fault.since"), render: (row) => <Timestamp at={row.opened_at} /> },
    {
      accessor: "count",
      title: t("fault.reports"),
      textAlign: "right",
      render: (row) => <Count value={row.count} />,
    },
    {
      accessor: "last_at",
      title: t("fault.lastAt"),
      optional: true,
      render: (row) => <Timestamp at={row.last_at} />,
    },
    {
      accessor: "code",
      title: t("fault.code"),
      optional: true,
      render: (row) => <Outside line text={row.code} />,
    },
    {
      accessor: "state",
      title: t("fault.statusFilter"),
      fixed: true,
      render: (row) =>
        row.solved_at ? (
          <Text size="sm">
            {row.solved_by ? t("fault.solvedBy", { name: row.solved_by }) : t("fault.recovered")}
            {" · "}
            <Since at={row.solved_at} />
          </Text>
        ) : (
          may && (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconCheck size={14} aria-hidden />}
              onClick={(event) => {
                event.stopPropagation();
                onSolve(row);
              }}
            >
              {t("fault.solve")}
            </Button>
          )
        ),
    },
  ];
}

export function FaultList() {
  const { t } = useTranslation();
  const [url] = useUrlState();
  const sites = useSiteChoices();
  const may = useMay("diagnostics");
  const status = url.status ?? "open";
  const [selected, setSelected] = useState<Fault[]>([]);
  const [solving, setSolving] = useState<Fault[] | null>(null);
  const mayExport = useMay("export");
  const filter = {
    status: status === "all" ? undefined : status,
    cause: url.cause,
    severity: url.severity,
    site_id: url.site,
    station_id: url.charger,
    code: url.code,
    vendor_code: url.vendor_code,
    q: url.q,
  };
  const list = useFaults(filter);
  const columns = useColumns(
    "faults",
    useFaultColumns((fault) => setSolving([fault])),
  );
  const name = useFaultName();
  const known = list.items.find((each) => each.code === url.code);
  const chips: Chip[] = [
    url.status && {
      name: "status",
      label:
        url.status === "all"
          ? t("fault.allStates")
          : t(`fault.status.${url.status}`, { defaultValue: url.status }),
    },
    url.cause && { name: "cause", label: t(`fault.cause.${url.cause}`, { defaultValue: url.cause }) },
    url.severity && {
      name: "severity",
      label: t(`fault.severity.${url.severity}`, { defaultValue: url.severity }),
    },
    url.site && { name: "site", label: sites.find((each) => each.value === url.site)?.label ?? url.site },
    url.charger && { name: "charger", label: list.items[0]?.station_identity ?? t("fault.charger") },
    url.code && { name: "code", label: known ? name(known) : url.code },
    url.vendor_code && { name: "vendor_code", label: url.vendor_code },
  ].filter((each): each is Chip => Boolean(each));
  const nothingWrong = status === "open" && chips.length === 0 && !url.q;
  return (
    <Stack gap="sm">
      <FaultKinds filter={{ site_id: url.site }} />
      <Group gap="xs" justify="space-between">
        <Group gap="xs">
          <SearchBox label={t("fault.search")} />
          <FilterSelect
            name="status"
            label={t("fault.statusFilter")}
            choices={["open", "solved", "all"].map((value) => ({
              value,
              label: value === "all" ? t("fault.allStates") : t(`fault.status.${value}`),
            }))}
          />
          <FilterSelect
            name="cause"
            label={t("fault.causeFilter")}
            choices={CAUSES.map((value) => ({ value, label: t(`fault.cause.${value}`) }))}
          />
          <FilterSelect
            name="severity"
            label={t("fault.severityFilter")}
            choices={(["critical", "warning", "info"] as const).map((value) => ({
              value,
              label: t(`fault.severity.${value}`),
            }))}
          />
          <FilterSelect name="site" label={t("fault.site")} choices={sites} />
        </Group>
        <Group gap="xs">
          <SavedViews page="faults" />
          <ColumnChooser columns={columns} />
          {mayExport && <ExportMenu route="/faults/export" query={filter} />}
        </Group>
      </Group>
      <FilterChips chips={chips} />
      <DataTable<Fault>
        list={list}
        columns={columns.columns}
        label={t("fault.title")}
        minWidth={820}
        rowName={(row) => `${name(row)} ${row.station_identity}`}
        {...(may ? { selected, onSelect: setSelected } : {})}
        expansion={{ content: ({ record }) => <FaultText fault={record} /> }}
        empty={
          nothingWrong ? (
            <EmptyState icon={IconCircleCheck} title={t("fault.noneOpen")} text={t("fault.noneOpenText")} />
          ) : (
            <EmptyState icon={IconFilterOff} title={t("fault.none")} text={t("fault.noneText")} />
          )
        }
      />
      <BulkBar count={selected.length} onClear={() => setSelected([])}>
        <Button
          size="sm"
          disabled={!selected.some((fault) => !fault.solved_at)}
          onClick={() => setSolving(selected.filter((fault) => !fault.solved_at))}
        >
          {t("fault.solve")}
        </Button>
        {selected.length === 1 && (
          <RouteButton
            to="/issues"
            search={{ add: "1", fault: selected[0]?.id } as never}
            variant="default"
            size="sm"
          >
            {t("fault.report")}
          </RouteButton>
        )}
      </BulkBar>
      {solving && <Solve faults={solving} onClose={() => setSolving(null)} onDone={() => setSelected([])} />}
    </Stack>
  );
}
