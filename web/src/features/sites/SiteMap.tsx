// Every site on a map. Sites that would lie on each other are one pin with a number until one comes closer.
import { Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconBolt } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Site } from "@/api/types";
import { RouteLink } from "@/ui/Links";
import { MapFrame } from "@/ui/map/MapFrame";
import classes from "@/ui/map/MapFrame.module.css";
import { around, grouped, type Point, place, project, type View, zoomed } from "@/ui/map/mercator";

interface Pin extends Point {
  site: Site;
}

/** Pixels within which pins are one. */
const APART = 44;
const HEIGHT = 520;

export function SiteMap({ sites }: { sites: Site[] }) {
  const { t } = useTranslation();
  const pins: Pin[] = sites.flatMap((site) =>
    site.latitude === null || site.longitude === null
      ? []
      : [{ ...project(site.longitude, site.latitude), site }],
  );
  const [moved, setMoved] = useState<View | null>(null);
  const view = moved ?? around(pins, 0.5);
  const without = sites.filter((site) => site.latitude === null || site.longitude === null);
  return (
    <Stack gap="sm">
      <MapFrame label={t("map.sites")} view={view} onView={setMoved} height={HEIGHT}>
        {({ ratio, width }) =>
          grouped(pins, view, APART / width).map((group) => {
            const first = group[0];
            if (!first) return null;
            const middle = {
              x: group.reduce((sum, each) => sum + each.x, 0) / group.length,
              y: group.reduce((sum, each) => sum + each.y, 0) / group.length,
            };
            const at = place(middle, view, ratio);
            if (at.x < -0.05 || at.x > 1.05 || at.y < -0.05 || at.y > 1.05) return null;
            const style = { left: `${at.x * 100}%`, top: `${at.y * 100}%` };
            const faulted = group.reduce((sum, each) => sum + each.site.faulted, 0);
            const look = clsx(
              classes.pin,
              faulted > 0 && classes.faulted,
              faulted === 0 && group.every((each) => each.site.online === 0) && classes.quiet,
            );
            if (group.length > 1) {
              return (
                <button
                  key={first.site.id}
                  type="button"
                  className={look}
                  style={style}
                  aria-label={t("map.several", { count: group.length })}
                  title={group.map((each) => each.site.name).join("\n")}
                  onClick={() => setMoved(zoomed({ ...view, ...middle }, 0.4, ratio))}
                >
                  {group.length}
                </button>
              );
            }
            const { site } = first;
            const words = [
              site.name,
              t("map.chargers", { count: site.stations }),
              t("site.onlineNote", { count: site.online }),
              faulted > 0 && t("map.faulted", { count: faulted }),
            ].filter(Boolean);
            return (
              <Link
                key={site.id}
                to="/sites/$id"
                params={{ id: site.id }}
                className={look}
                style={style}
                aria-label={words.join(", ")}
                title={words.join("\n")}
              >
                {faulted > 0 ? (
                  <IconAlertTriangle size={15} aria-hidden />
                ) : (
                  <IconBolt size={15} aria-hidden />
                )}
                {site.stations}
              </Link>
            );
          })
        }
      </MapFrame>
      <Text size="sm" c="dimmed">
        {t("map.how")}
      </Text>
      {without.length > 0 && (
        <Text size="sm">
          {t("map.without")}{" "}
          {without.slice(0, 20).map((site, index) => (
            <span key={site.id}>
              {index > 0 && ", "}
              <RouteLink to="/sites/$id" params={{ id: site.id }} search={{ tab: "details" }}>
                {site.name}
              </RouteLink>
            </span>
          ))}
        </Text>
      )}
    </Stack>
  );
}
