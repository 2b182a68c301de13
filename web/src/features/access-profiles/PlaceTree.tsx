// Sites with their chargers and plugs, to be ticked: a site stands for all its chargers, a charger for all its plugs.
import { Checkbox, ScrollArea, Stack, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ProfilePlaces, Site, Station } from "@/api/types";

interface PlaceTreeProps {
  places: ProfilePlaces;
  onChange: (places: ProfilePlaces) => void;
  sites: Site[];
  stations: Station[];
}

const toggled = (list: string[], id: string, on: boolean) =>
  on ? [...list.filter((each) => each !== id), id] : list.filter((each) => each !== id);

function StationBranch({
  station,
  places,
  onChange,
}: Omit<PlaceTreeProps, "sites" | "stations"> & { station: Station }) {
  const { t } = useTranslation();
  const whole = places.stations.includes(station.id);
  const covered = places.sites.includes(station.site_id);
  const plugs = [...new Set(station.evses.map((each) => each.evse).filter((evse) => evse > 0))];
  const has = (evse: number) =>
    places.evses.some((each) => each.station_id === station.id && each.evse === evse);
  return (
    <Stack gap={4} pl="lg">
      <Checkbox
        size="sm"
        label={station.name ? `${station.identity} · ${station.name}` : station.identity}
        checked={whole || covered}
        disabled={covered}
        indeterminate={!whole && !covered && plugs.some(has)}
        onChange={(event) =>
          onChange({
            ...places,
            stations: toggled(places.stations, station.id, event.currentTarget.checked),
            evses: places.evses.filter((each) => each.station_id !== station.id),
          })
        }
      />
      {plugs.length > 1 &&
        plugs.map((evse) => (
          <Checkbox
            key={evse}
            size="xs"
            pl="lg"
            label={t("tariff.plug", { number: evse })}
            checked={whole || covered || has(evse)}
            disabled={whole || covered}
            onChange={(event) => {
              const rest = places.evses.filter(
                (each) => !(each.station_id === station.id && each.evse === evse),
              );
              const own = event.currentTarget.checked ? [{ station_id: station.id, evse }] : [];
              onChange({ ...places, evses: [...rest, ...own] });
            }}
          />
        ))}
    </Stack>
  );
}

export function PlaceTree({ places, onChange, sites, stations }: PlaceTreeProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLocaleLowerCase();
  const matches = (text: string) => text.toLocaleLowerCase().includes(wanted);
  const branches = sites
    .map((site) => {
      const own = stations.filter((each) => each.site_id === site.id);
      const shown = matches(site.name)
        ? own
        : own.filter((each) => matches(each.identity) || matches(each.name ?? ""));
      return { site, shown, visible: matches(site.name) || shown.length > 0 };
    })
    .filter((each) => each.visible);
  return (
    <Stack gap="xs">
      <TextInput
        aria-label={t("accessProfile.searchPlaces")}
        placeholder={t("accessProfile.searchPlaces")}
        leftSection={<IconSearch size={15} aria-hidden />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <ScrollArea.Autosize mah={260} viewportProps={{ tabIndex: 0 }}>
        <Stack gap={8} role="group" aria-label={t("accessProfile.places")}>
          {branches.length === 0 && <Text c="dimmed">{t("accessProfile.noPlace")}</Text>}
          {branches.map(({ site, shown }) => (
            <Stack key={site.id} gap={4}>
              <Checkbox
                label={site.name}
                checked={places.sites.includes(site.id)}
                onChange={(event) => {
                  const own = stations.filter((each) => each.site_id === site.id).map((each) => each.id);
                  onChange({
                    ...places,
                    sites: toggled(places.sites, site.id, event.currentTarget.checked),
                    stations: places.stations.filter((each) => !own.includes(each)),
                    evses: places.evses.filter((each) => !own.includes(each.station_id)),
                  });
                }}
              />
              {shown.map((station) => (
                <StationBranch key={station.id} station={station} places={places} onChange={onChange} />
              ))}
            </Stack>
          ))}
        </Stack>
      </ScrollArea.Autosize>
    </Stack>
  );
}
