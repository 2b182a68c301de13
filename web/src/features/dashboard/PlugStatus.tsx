// How many plugs are in which status, as a bar and as a list that leads to the chargers.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Overview } from "@/api/types";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { StatusBadge } from "@/ui/StatusBadge";
import { lookOf, STATUS_ORDER } from "@/ui/status";
import { Count } from "@/ui/Values";
import classes from "./PlugStatus.module.css";

export function PlugStatus({ connectors }: { connectors: Overview["connectors"] }) {
  const { t } = useTranslation();
  const known = new Set<string>(STATUS_ORDER);
  const order = [...STATUS_ORDER, ...Object.keys(connectors.by_status).filter((each) => !known.has(each))];
  const shown = order
    .map((status) => ({ status, count: connectors.by_status[status] ?? 0 }))
    .filter((each) => each.count > 0);
  return (
    <Panel title={t("overview.plugs")} aside={<Count value={connectors.total} />}>
      {shown.length === 0 ? (
        <Text c="dimmed">{t("overview.noPlugs")}</Text>
      ) : (
        <>
          <div className={classes.bar} aria-hidden>
            {shown.map(({ status, count }) => (
              <span key={status} data-tone={lookOf(status).tone} style={{ flexGrow: count }} />
            ))}
          </div>
          <ul className={classes.list}>
            {shown.map(({ status, count }) => (
              <li key={status}>
                <RouteLink to="/chargers" search={{ status }} underline="never">
                  <StatusBadge status={status} />
                </RouteLink>
                <Count value={count} />
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}
