// A site's address in one line. Pure.
import type { Site } from "@/api/types";

export const placeOf = (site: Site): string =>
  [site.address, [site.postal_code, site.city].filter(Boolean).join(" "), site.country]
    .filter(Boolean)
    .join(", ");
