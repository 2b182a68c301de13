// All sessions, with filters in the URL.
import { Group, SegmentedControl, Stack } from "@mantine/core";
import { IconBolt } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { useMay } from "@/api/login";
import { useSiteChoices } from "@/api/lookups";
import type { Page, Session, Station } from "@/api/types";
import { dayIn } from "@/lib/days";
import { useUrlState } from "@/lib/urlState";
import type { Sort } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { type Chip, DayFilter, FilterChips, FilterSelect, SearchBox } from "@/ui/Filters";
import { ColumnChooser } from "@/ui/list/ColumnChooser";
import { useColumns } from "@/ui/list/columns";
import { ExportMenu } from "@/ui/list/ExportMenu";
import { SavedViews } from "@/ui/list/SavedViews";
import { useSessions } from "./queries";
import { SESSION_PAGE, SessionTable, useSessionColumns } from "./SessionTable";

/** Chargers offered in the filter; with more one searches by typing above. */
const CHARGER_CHOICES = 500;
const SORTABLE = ["started_at", "energy_wh", "ended_at"];

/** The orders that the server knows: by start both ways, by energy and end the largest first. */
function sortFor(next: Sort<Session>, now: string | undefined): string | undefined {
  for (const field of ["energy_wh", "ended_at"]) {
    if (next.columnAccessor === field) return now === `-${field}` ? undefined : `-${field}`;
  }
  return next.direction === "asc" ? "started_at" : undefined;
}

/** Chargers by name, for the filter; typing narrows them. */
function useChargerChoices(): { value: string; label: string }[] {
  const { data } = useQuery({
    queryKey: [...keys.stations, "choices"],
    queryFn: ({ signal }) => http.get<Page<Station>>("/stations", { limit: CHARGER_CHOICES }, signal),
  });
  return (data?.items ?? []).map((each) => ({
    value: each.id,
    label: each.name ? `${each.name} (${each.identity})` : each.identity,
  }));
}

/** What the address asks for, in the server's words. */
function useFilter() {
  const [url] = useUrlState();
  const live = url.view === "live";
  const filter = {
    q: url.q,
    status: live ? "active" : url.status,
    site_id: url.site,
    station_id: url.charger,
    evse: url.charger ? url.plug : undefined,
    id_token: url.key,
    kind: url.kind,
    payment: url.payment,
    from_day: dayIn(url.from),
    to_day: dayIn(url.to),
    sort: url.sort,
  };
  return { filter, live };
}

function Filters({ live }: { live: boolean }) {
  const { t } = useTranslation();
  const [url] = useUrlState();
  const sites = useSiteChoices();
  const chargers = useChargerChoices();
  const words = (name: string, values: string[]) =>
    values.map((value) => ({ value, label: t(`session.${name}.${value}`) }));
  return (
    <Group gap="xs">
      <SearchBox label={t("session.search")} />
      {!live && (
        <FilterSelect
          name="status"
          label={t("session.statusColumn")}
          choices={words("filter", ["active", "ended", "review"])}
        />
      )}
      <FilterSelect name="site" label={t("session.site")} choices={sites} />
      <FilterSelect name="charger" label={t("session.charger")} choices={chargers} />
      {url.charger && (
        <FilterSelect
          name="plug"
          label={t("session.plug")}
          choices={["1", "2", "3", "4"].map((value) => ({ value, label: value }))}
        />
      )}
      <FilterSelect
        name="kind"
        label={t("session.kind")}
        choices={words("kinds", ["on_demand", "booking"])}
      />
      <FilterSelect
        name="payment"
        label={t("session.payment")}
        choices={words("payments", ["priced", "no_tariff"])}
      />
      {!live && <DayFilter name="from" label={t("session.from")} />}
      {!live && <DayFilter name="to" label={t("session.to")} />}
    </Group>
  );
}

function Chips({ live }: { live: boolean }) {
  const { t } = useTranslation();
  const [url] = useUrlState();
  const sites = useSiteChoices();
  const chargers = useChargerChoices();
  const named = (list: { value: string; label: string }[], value: string, otherwise: string) =>
    list.find((each) => each.value === value)?.label ?? otherwise;
  const chips: Chip[] = [
    !live &&
      url.status && {
        name: "status",
        label: t(`session.filter.${url.status}`, { defaultValue: url.status }),
      },
    url.site && { name: "site", label: named(sites, url.site, url.site) },
    url.charger && { name: "charger", label: named(chargers, url.charger, t("session.oneCharger")) },
    url.charger && url.plug && { name: "plug", label: `${t("session.plug")} ${url.plug}` },
    url.key && { name: "key", label: url.key },
    url.kind && { name: "kind", label: t(`session.kinds.${url.kind}`, { defaultValue: url.kind }) },
    url.payment && {
      name: "payment",
      label: t(`session.payments.${url.payment}`, { defaultValue: url.payment }),
    },
    !live && url.from && { name: "from", label: t("session.fromDay", { day: url.from }) },
    !live && url.to && { name: "to", label: t("session.toDay", { day: url.to }) },
  ].filter((each): each is Chip => Boolean(each));
  return <FilterChips chips={chips} />;
}

export function SessionList() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const { filter, live } = useFilter();
  const mayExport = useMay("export");
  const field = url.sort?.replace("-", "") ?? "started_at";
  const sort: Sort<Session> = {
    columnAccessor: SORTABLE.includes(field) ? field : "started_at",
    direction: url.sort && !url.sort.startsWith("-") ? "asc" : "desc",
  };
  const list = useSessions(live ? { ...filter, from_day: undefined, to_day: undefined } : filter);
  const onSort = (next: Sort<Session>) => set({ sort: sortFor(next, url.sort) });
  const columns = useColumns(SESSION_PAGE, useSessionColumns({ onSort }));
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <SegmentedControl
          aria-label={t("session.view")}
          value={live ? "live" : "all"}
          onChange={(value) => set({ view: value === "live" ? "live" : undefined })}
          data={(["all", "live"] as const).map((value) => ({ value, label: t(`session.views.${value}`) }))}
        />
        <Group gap="xs">
          <SavedViews page={SESSION_PAGE} />
          <ColumnChooser columns={columns} />
          {mayExport && <ExportMenu route="/sessions/export" query={filter} />}
        </Group>
      </Group>
      <Filters live={live} />
      <Chips live={live} />
      <SessionTable
        list={list}
        sort={sort}
        onSort={onSort}
        columns={columns.columns}
        empty={
          live ? (
            <EmptyState icon={IconBolt} title={t("session.noneLive")} text={t("session.noneText")} />
          ) : undefined
        }
      />
    </Stack>
  );
}
