// All sites.
import { Button, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { IconMapPin, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { useMay } from "@/api/login";
import type { Page, Site } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { Failure } from "@/ui/Failure";
import { type Chip, FilterChips, FilterSelect, SearchBox } from "@/ui/Filters";
import { RouteLink } from "@/ui/Links";
import { ColumnChooser } from "@/ui/list/ColumnChooser";
import { type ListColumn, useColumns } from "@/ui/list/columns";
import { SavedViews } from "@/ui/list/SavedViews";
import { ToneBadge } from "@/ui/StatusBadge";
import { Count, Outside } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { HoursText } from "./HoursText";
import { placeOf } from "./place";
import { type SiteFilter, useSites } from "./queries";
import { SiteForm } from "./SiteForm";
import { SiteMap } from "./SiteMap";

export function AddSiteButton() {
  const { t } = useTranslation();
  const mayEdit = useMay("network");
  const navigate = useNavigate();
  const [url, set] = useUrlState();
  if (!mayEdit) return null;
  return (
    <>
      <Button leftSection={<IconPlus size={16} />} onClick={() => set({ add: "1" })}>
        {t("site.add")}
      </Button>
      {url.add === "1" && (
        <SiteForm
          onClose={() => set({ add: undefined })}
          onMade={(site) => void navigate({ to: "/sites/$id", params: { id: site.id } })}
        />
      )}
    </>
  );
}

function useSiteColumns(): ListColumn<Site>[] {
  const { t } = useTranslation();
  const count = (accessor: "stations" | "online" | "connectors" | "charging" | "faulted", name: string) => ({
    accessor,
    title: name,
    textAlign: "right" as const,
    render: (row: Site) => <Count value={row[accessor]} />,
  });
  return [
    {
      accessor: "name",
      title: t("site.one"),
      fixed: true,
      render: (row) => (
        <div>
          <Group gap={6}>
            <RouteLink to="/sites/$id" params={{ id: row.id }} fw={550}>
              <Outside line text={row.name} />
            </RouteLink>
            {!row.visible && <ToneBadge tone="grey">{t("site.hiddenBadge")}</ToneBadge>}
          </Group>
          <Text size="sm" c="dimmed">
            {placeOf(row)}
          </Text>
        </div>
      ),
    },
    {
      accessor: "kind",
      title: t("site.kind"),
      render: (row) => t(`site.kinds.${row.kind}`),
    },
    count("stations", t("site.chargers")),
    count("online", t("site.online")),
    count("connectors", t("site.plugs")),
    {
      accessor: "state",
      title: t("site.status"),
      render: (row) => (
        <Group gap={4} wrap="nowrap">
          {row.charging > 0 && (
            <ToneBadge tone="blue">{t("site.chargingNote", { count: row.charging })}</ToneBadge>
          )}
          {row.faulted > 0 && (
            <ToneBadge tone="red">{t("site.faultedNote", { count: row.faulted })}</ToneBadge>
          )}
          {row.stations > row.online && (
            <ToneBadge tone="grey">{t("site.offlineNote", { count: row.stations - row.online })}</ToneBadge>
          )}
          {row.stations > 0 && row.stations === row.online && row.charging + row.faulted === 0 && (
            <ToneBadge tone="green">{t("site.allWell")}</ToneBadge>
          )}
        </Group>
      ),
    },
    {
      accessor: "tariff_name",
      title: t("site.price"),
      render: (row) =>
        row.tariff_name ? (
          <Outside line text={row.tariff_name} />
        ) : row.free_charging ? (
          t("site.freeBadge")
        ) : (
          "—"
        ),
    },
    { accessor: "currency", title: t("site.currency"), optional: true },
    { accessor: "time_zone", title: t("site.timeZone"), optional: true },
    {
      accessor: "opening_hours",
      title: t("site.parts.hours"),
      optional: true,
      render: (row) => <HoursText hours={row.opening_hours} />,
    },
    { ...count("charging", t("site.charging")), optional: true },
    { ...count("faulted", t("site.faulted")), optional: true },
  ];
}

function Filters() {
  const { t } = useTranslation();
  const [url] = useUrlState();
  const states = ["charging", "faulted", "offline"].map((value) => ({
    value,
    label: t(`site.states.${value}`),
  }));
  const kinds = ["public", "semi_public", "private"].map((value) => ({
    value,
    label: t(`site.kinds.${value}`),
  }));
  const shown = [
    { value: "true", label: t("site.shownOnly") },
    { value: "false", label: t("site.hiddenBadge") },
  ];
  const label = (list: { value: string; label: string }[], value: string) =>
    list.find((each) => each.value === value)?.label ?? value;
  const chips: Chip[] = [
    url.kind && { name: "kind", label: label(kinds, url.kind) },
    url.state && { name: "state", label: label(states, url.state) },
    url.visible && { name: "visible", label: label(shown, url.visible) },
  ].filter((each): each is Chip => Boolean(each));
  return (
    <>
      <SearchBox label={t("site.search")} />
      <FilterSelect name="kind" label={t("site.kind")} choices={kinds} />
      <FilterSelect name="state" label={t("site.status")} choices={states} />
      <FilterSelect name="visible" label={t("site.visible")} choices={shown} />
      <FilterChips chips={chips} />
    </>
  );
}

/** Sites drawn on the map at most. */
const ON_MAP = 500;

function MapView({ filter }: { filter: SiteFilter }) {
  const { data, error, refetch } = useQuery({
    queryKey: [...keys.sites, "map", filter],
    queryFn: ({ signal }) => http.get<Page<Site>>("/sites", { ...filter, limit: ON_MAP }, signal),
  });
  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <Waiting />;
  return <SiteMap sites={data.items} />;
}

export function SiteList() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const mayEdit = useMay("network");
  const navigate = useNavigate();
  const filter: SiteFilter = { q: url.q, kind: url.kind, visible: url.visible, state: url.state };
  const filtered = Object.values(filter).some(Boolean);
  const list = useSites(filter);
  const columns = useColumns("sites", useSiteColumns());
  const map = url.view === "map";
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <SegmentedControl
          aria-label={t("site.viewAs")}
          value={map ? "map" : "list"}
          onChange={(view) => set({ view: view === "map" ? "map" : undefined })}
          data={[
            { value: "list", label: t("site.asList") },
            { value: "map", label: t("site.asMap") },
          ]}
        />
        <Filters />
        {!map && (
          <Group gap="xs" ml="auto">
            <SavedViews page="sites" />
            <ColumnChooser columns={columns} />
          </Group>
        )}
      </Group>
      {map ? (
        <MapView filter={filter} />
      ) : (
        <DataTable<Site>
          list={list}
          columns={columns.columns}
          label={t("site.list")}
          minWidth={900}
          onOpen={(row) => void navigate({ to: "/sites/$id", params: { id: row.id } })}
          empty={
            filtered ? (
              <EmptyState icon={IconMapPin} title={t("site.noneMatch")} />
            ) : (
              <EmptyState
                icon={IconMapPin}
                title={t("site.none")}
                text={t("site.noneText")}
                action={
                  mayEdit ? <Button onClick={() => set({ add: "1" })}>{t("site.add")}</Button> : undefined
                }
              />
            )
          }
        />
      )}
    </Stack>
  );
}
