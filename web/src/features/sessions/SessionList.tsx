// All sessions, with filters in the URL.
import { Group, Stack, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSiteChoices } from "@/api/lookups";
import type { Session } from "@/api/types";
import { dayEnd, dayStart } from "@/lib/days";
import { useUrlState } from "@/lib/urlState";
import type { Sort } from "@/ui/DataTable";
import { type Chip, FilterChips, FilterSelect, SearchBox } from "@/ui/Filters";
import { useZone } from "@/ui/zone";
import { useSessions } from "./queries";
import { SessionTable } from "./SessionTable";

const SORTABLE = ["started_at", "energy_wh"];

/** The orders that the server knows: by time both ways, by energy the largest first. */
function sortFor(next: Sort<Session>, now: string | undefined): string | undefined {
  if (next.columnAccessor === "energy_wh") return now === "-energy_wh" ? undefined : "-energy_wh";
  return next.direction === "asc" ? "started_at" : undefined;
}

function DayInput({ name }: { name: "from" | "to" }) {
  const { t } = useTranslation();
  const [values, set] = useUrlState();
  return (
    <TextInput
      type="date"
      aria-label={t(`session.${name}`)}
      title={t(`session.${name}`)}
      value={values[name] ?? ""}
      onChange={(event) => set({ [name]: event.currentTarget.value || undefined })}
      w={{ base: "calc(50% - 6px)", xs: 150 }}
    />
  );
}

export function SessionList() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const zone = useZone();
  const sites = useSiteChoices();
  const field = url.sort?.replace("-", "") ?? "started_at";
  const sort: Sort<Session> = {
    columnAccessor: SORTABLE.includes(field) ? field : "started_at",
    direction: url.sort && !url.sort.startsWith("-") ? "asc" : "desc",
  };
  const list = useSessions({
    q: url.q,
    status: url.status,
    site_id: url.site,
    station_id: url.charger,
    id_token: url.key,
    from: url.from ? dayStart(url.from, zone) : undefined,
    to: url.to ? dayEnd(url.to, zone) : undefined,
    sort: url.sort,
  });
  const chips: Chip[] = [
    url.status && { name: "status", label: t(`session.filter.${url.status}`, { defaultValue: url.status }) },
    url.site && { name: "site", label: sites.find((each) => each.value === url.site)?.label ?? url.site },
    url.charger && { name: "charger", label: t("session.oneCharger") },
    url.key && { name: "key", label: url.key },
    url.from && { name: "from", label: t("session.fromDay", { day: url.from, zone }) },
    url.to && { name: "to", label: t("session.toDay", { day: url.to, zone }) },
  ].filter((each): each is Chip => Boolean(each));
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <SearchBox label={t("session.search")} />
        <FilterSelect
          name="status"
          label={t("session.statusColumn")}
          choices={["active", "ended", "review"].map((value) => ({
            value,
            label: t(`session.filter.${value}`),
          }))}
        />
        <FilterSelect name="site" label={t("session.site")} choices={sites} />
        <DayInput name="from" />
        <DayInput name="to" />
      </Group>
      <FilterChips chips={chips} />
      <SessionTable list={list} sort={sort} onSort={(next) => set({ sort: sortFor(next, url.sort) })} />
    </Stack>
  );
}
