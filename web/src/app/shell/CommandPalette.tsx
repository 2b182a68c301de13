// Ctrl K: jumps to any charger, site or page.
import "@mantine/spotlight/styles.layer.css";
import { useDebouncedValue } from "@mantine/hooks";
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from "@mantine/spotlight";
import { IconChargingPile, IconMapPin, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { useLogin } from "@/api/login";
import type { Page, Site, Station } from "@/api/types";
import { sectionsFor } from "./sections";

/** Hits shown of each noun. */
const SHOWN = 6;
/** Milliseconds of quiet before the server is asked. */
const PAUSE = 180;

function useHits(text: string): { stations: Station[]; sites: Site[] } {
  const enabled = text.length > 0;
  const stations = useQuery({
    queryKey: [...keys.stationLists, "palette", text],
    queryFn: ({ signal }) => http.get<Page<Station>>("/stations", { q: text, limit: SHOWN }, signal),
    enabled,
  });
  const sites = useQuery({
    queryKey: [...keys.sites, "palette", text],
    queryFn: ({ signal }) => http.get<Page<Site>>("/sites", { q: text, limit: SHOWN }, signal),
    enabled,
  });
  return { stations: stations.data?.items ?? [], sites: sites.data?.items ?? [] };
}

export function CommandPalette() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { operator } = useLogin();
  const [query, setQuery] = useState("");
  const [asked] = useDebouncedValue(query.trim(), PAUSE);
  const { stations, sites } = useHits(asked);
  const matches = (name: string) => name.toLowerCase().includes(query.trim().toLowerCase());

  const pages: SpotlightActionData[] = sectionsFor(operator.permissions)
    .filter((each) => matches(t(each.name)))
    .map(({ to, name, icon: Icon }) => ({
      id: to,
      label: t(name),
      leftSection: <Icon size={18} stroke={1.7} />,
      onClick: () => void navigate({ to }),
    }));
  const groups: SpotlightActionGroupData[] = [
    {
      group: t("nav.chargers"),
      actions: stations.map((each) => ({
        id: each.id,
        label: each.name ? `${each.identity} · ${each.name}` : each.identity,
        description: each.site_name,
        leftSection: <IconChargingPile size={18} stroke={1.7} />,
        onClick: () => void navigate({ to: "/chargers/$id", params: { id: each.id } }),
      })),
    },
    {
      group: t("nav.sites"),
      actions: sites.map((each) => ({
        id: each.id,
        label: each.name,
        description: each.city ?? undefined,
        leftSection: <IconMapPin size={18} stroke={1.7} />,
        onClick: () => void navigate({ to: "/sites/$id", params: { id: each.id } }),
      })),
    },
    { group: t("palette.pages"), actions: pages },
  ].filter((each) => each.actions.length > 0);

  return (
    <Spotlight
      query={query}
      onQueryChange={setQuery}
      actions={groups}
      filter={(_, all) => all}
      shortcut={null}
      nothingFound={t("palette.nothing")}
      highlightQuery
      scrollable
      maxHeight={420}
      overlayProps={{ blur: 0, backgroundOpacity: 0.4 }}
      searchProps={{
        leftSection: <IconSearch size={18} stroke={1.7} />,
        placeholder: t("palette.placeholder"),
        "aria-label": t("palette.placeholder"),
      }}
    />
  );
}
