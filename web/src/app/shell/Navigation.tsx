// The sections at the left; narrow shows icons with their word on hover.
import { Tooltip } from "@mantine/core";
import { IconApi, IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useRouterState } from "@tanstack/react-router";
import clsx from "clsx";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { useLogin } from "@/api/login";
import type { Page, UnknownStation } from "@/api/types";
import classes from "./Shell.module.css";
import { GROUPS, sectionOf, sectionsFor } from "./sections";

/** Unknown chargers counted beside the section; beyond it says "9+". */
const COUNTED = 10;

export function useUnknownCount(): number {
  const { data } = useQuery({
    queryKey: [...keys.unknownStations, "count"],
    queryFn: ({ signal }) => http.get<Page<UnknownStation>>("/unknown-stations", { limit: COUNTED }, signal),
  });
  return data?.items.length ?? 0;
}

export function Navigation({ narrow, onNarrow }: { narrow: boolean; onNarrow: () => void }) {
  const { t } = useTranslation();
  const { operator } = useLogin();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const current = sectionOf(path);
  const unknown = useUnknownCount();
  const sections = sectionsFor(operator.permissions);
  const Fold = narrow ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse;
  return (
    <div className={clsx(classes.nav, narrow && classes.narrow)}>
      {GROUPS.map((group) => {
        const inside = sections.filter((each) => each.group === group);
        if (inside.length === 0) return null;
        return (
          <section key={group} className={classes.group} aria-label={t(`nav.group.${group}`)}>
            {!narrow && inside.length > 1 && (
              <div className={classes.heading} aria-hidden>
                {t(`nav.group.${group}`)}
              </div>
            )}
            {inside.map(({ to, name, icon: Icon }) => (
              <Tooltip key={to} label={t(name)} position="right" disabled={!narrow}>
                <Link
                  to={to}
                  className={classes.item}
                  activeOptions={{ exact: true }}
                  aria-current={current === to ? "page" : undefined}
                >
                  <Icon size={18} stroke={1.7} aria-hidden />
                  <span className={narrow ? "visually-hidden" : undefined}>{t(name)}</span>
                  {to === "/chargers/unknown" && unknown > 0 && !narrow && (
                    <span className={classes.count}>{unknown >= COUNTED ? "9+" : unknown}</span>
                  )}
                </Link>
              </Tooltip>
            ))}
          </section>
        );
      })}
      <div className={classes.push} />
      <Tooltip label={t("nav.api")} position="right" disabled={!narrow}>
        <a href="/api/docs" className={classes.item}>
          <IconApi size={18} stroke={1.7} aria-hidden />
          <span className={narrow ? "visually-hidden" : undefined}>{t("nav.api")}</span>
        </a>
      </Tooltip>
      <button
        type="button"
        className={classes.item}
        style={{ border: 0, background: "none", font: "inherit", fontWeight: 500 }}
        onClick={onNarrow}
        aria-expanded={!narrow}
        aria-label={narrow ? t("shell.widen") : t("shell.narrow")}
      >
        <Fold size={18} stroke={1.7} aria-hidden />
        {!narrow && <span style={{ textAlign: "start" }}>{t("shell.narrow")}</span>}
      </button>
    </div>
  );
}
