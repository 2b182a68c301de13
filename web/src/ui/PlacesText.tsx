// Where something holds, in a few words.
import { useTranslation } from "react-i18next";
import { useSiteChoices } from "@/api/lookups";
import type { Places } from "@/api/types";

export function PlacesText({ places }: { places: Places }) {
  const { t } = useTranslation();
  const sites = useSiteChoices();
  if (places.everywhere) return t("choice.everywhere");
  const names = places.site_ids.flatMap((id) => sites.find((site) => site.value === id)?.label ?? []);
  const words = names.length > 2 ? [t("choice.siteCount", { count: places.site_ids.length })] : names;
  if (places.station_ids.length > 0) {
    words.push(t("choice.chargerCount", { count: places.station_ids.length }));
  }
  return words.length > 0 ? words.join(", ") : t("choice.nowhere");
}
