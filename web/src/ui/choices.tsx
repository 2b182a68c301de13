// Choosing a driver, a group, a car, a team or places in a form. What is many is found by typing.
import { MultiSelect, Select, Stack, Switch } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { useSiteChoices } from "@/api/lookups";
import type { Car, Driver, DriverGroup, Page, Places, Station, Team } from "@/api/types";

/** Rows offered at once; typing finds the others. */
const OFFERED = 30;
/** Milliseconds of quiet before a search is sent. */
const PAUSE = 250;

interface Choice {
  value: string;
  label: string;
}

interface OneProps {
  label: string;
  description?: string;
  value?: string | null;
  onChange?: (value: string | null) => void;
  /** What is chosen already: its name is not among those found. */
  known?: Choice | null;
  /** Only of this fleet: internal, external or none. */
  fleet?: string;
  error?: React.ReactNode;
}

/** The one that is chosen is always among them. */
const withKnown = (found: Choice[], known: Choice | null | undefined): Choice[] =>
  known && !found.some((each) => each.value === known.value) ? [known, ...found] : found;

function useFound<T>(route: string, query: Record<string, string | undefined>, enabled = true): T[] {
  const { data } = useQuery({
    queryKey: [...keys.drivers, "choices", route, query],
    queryFn: ({ signal }) => http.get<Page<T>>(route, { ...query, limit: OFFERED }, signal),
    placeholderData: (before) => before,
    enabled,
  });
  return data?.items ?? [];
}

const driverLabel = (driver: Driver) => `${driver.name} · ${driver.email ?? driver.number}`;

export function DriverChoice({ known, fleet, ...field }: OneProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [q] = useDebouncedValue(text === known?.label ? "" : text, PAUSE);
  const found = useFound<Driver>("/drivers", { q, fleet });
  return (
    <Select
      {...field}
      data={withKnown(
        found.map((driver) => ({ value: driver.id, label: driverLabel(driver) })),
        known,
      )}
      searchable
      clearable
      onSearchChange={setText}
      filter={({ options }) => options}
      nothingFoundMessage={t("choice.nothing")}
      placeholder={t("choice.type")}
    />
  );
}

export function CarChoice({ known, fleet, ...field }: OneProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [q] = useDebouncedValue(text === known?.label ? "" : text, PAUSE);
  const found = useFound<Car>("/cars", { q, fleet });
  return (
    <Select
      {...field}
      data={withKnown(
        found.map((car) => ({ value: car.id, label: [car.plate, car.brand, car.model].join(" ").trim() })),
        known,
      )}
      searchable
      clearable
      onSearchChange={setText}
      filter={({ options }) => options}
      nothingFoundMessage={t("choice.nothing")}
      placeholder={t("choice.type")}
    />
  );
}

export function TeamChoice({ known, fleet, ...field }: OneProps) {
  const { t } = useTranslation();
  const found = useFound<Team>("/teams", { fleet });
  return (
    <Select
      {...field}
      data={withKnown(
        found.map((team) => ({ value: team.id, label: team.name })),
        known,
      )}
      searchable
      clearable
      nothingFoundMessage={t("choice.nothing")}
    />
  );
}

export function useGroupChoices(): Choice[] {
  return useFound<DriverGroup>("/driver-groups", {}).map((group) => ({
    value: group.id,
    label: group.name,
  }));
}

interface ManyProps {
  label: string;
  description?: string;
  value?: string[];
  onChange?: (value: string[]) => void;
  known?: Choice[];
}

export function GroupChoices(props: ManyProps) {
  const { t } = useTranslation();
  const choices = useGroupChoices();
  return (
    <MultiSelect {...props} data={choices} searchable clearable nothingFoundMessage={t("choice.nothing")} />
  );
}

export function DriverChoices({ known = [], ...field }: ManyProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [q] = useDebouncedValue(text, PAUSE);
  const [seen, setSeen] = useState<Choice[]>(known);
  const found = useFound<Driver>("/drivers", { q }).map((driver) => ({
    value: driver.id,
    label: driverLabel(driver),
  }));
  const chosen = seen.filter((each) => field.value?.includes(each.value));
  const more = found.filter((each) => !chosen.some((other) => other.value === each.value));
  return (
    <MultiSelect
      {...field}
      onChange={(value) => {
        setSeen([...chosen, ...more].filter((each) => value.includes(each.value)));
        field.onChange?.(value);
      }}
      data={[...chosen, ...more]}
      searchable
      clearable
      onSearchChange={setText}
      filter={({ options }) => options}
      nothingFoundMessage={t("choice.nothing")}
      placeholder={t("choice.type")}
    />
  );
}

interface PlacesProps {
  label: string;
  value: Places;
  onChange: (value: Places) => void;
}

/** Everywhere, or at sites and single chargers. */
export function PlacesField({ label, value, onChange }: PlacesProps) {
  const { t } = useTranslation();
  const sites = useSiteChoices();
  const [text, setText] = useState("");
  const [q] = useDebouncedValue(text, PAUSE);
  const { data } = useQuery({
    queryKey: [...keys.stationLists, "choices", q],
    queryFn: ({ signal }) => http.get<Page<Station>>("/stations", { q, limit: OFFERED }, signal),
    placeholderData: (before) => before,
    enabled: !value.everywhere,
  });
  const { data: named } = useQuery({
    queryKey: [...keys.stationLists, "named", value.station_ids],
    queryFn: ({ signal }) =>
      Promise.all(value.station_ids.map((id) => http.get<Station>(`/stations/${id}`, {}, signal))),
    placeholderData: (before) => before,
    enabled: !value.everywhere && value.station_ids.length > 0,
  });
  const stations = [...(named ?? []), ...(data?.items ?? [])].map((station) => ({
    value: station.id,
    label: station.name ?? station.identity,
  }));
  const unique = stations.filter(
    (one, at) => stations.findIndex((other) => other.value === one.value) === at,
  );
  return (
    <Stack gap="xs" role="group" aria-label={label}>
      <Switch
        label={t("choice.everywhere")}
        checked={value.everywhere}
        onChange={(event) => onChange({ ...value, everywhere: event.currentTarget.checked })}
      />
      {!value.everywhere && (
        <>
          <MultiSelect
            label={t("choice.sites")}
            description={t("choice.sitesHelp")}
            data={sites}
            value={value.site_ids}
            onChange={(site_ids) => onChange({ ...value, site_ids })}
            searchable
            clearable
            nothingFoundMessage={t("choice.nothing")}
          />
          <MultiSelect
            label={t("choice.chargers")}
            data={unique}
            value={value.station_ids}
            onChange={(station_ids) => onChange({ ...value, station_ids })}
            searchable
            clearable
            onSearchChange={setText}
            filter={({ options }) => options}
            nothingFoundMessage={t("choice.nothing")}
          />
        </>
      )}
    </Stack>
  );
}

export const FLEETS = ["internal", "external", "none"] as const;

/** Internal, external, or neither: in a form. */
export function FleetChoice({
  value,
  onChange,
  error,
}: {
  value?: string;
  onChange?: (value: string) => void;
  error?: React.ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <Select
      label={t("fleetKind.label")}
      description={t("fleetKind.help")}
      data={FLEETS.map((fleet) => ({ value: fleet, label: t(`fleetKind.${fleet}`) }))}
      value={value}
      onChange={(next) => onChange?.(next ?? "none")}
      allowDeselect={false}
      error={error}
    />
  );
}

/** What the API takes for a choice of fleet. */
export const fleetValue = (choice: string): string | null => (choice === "none" ? null : choice);
