// What a person should look at, each with the way there.

import { Group, Text } from "@mantine/core";
import {
  type Icon,
  IconAlertTriangle,
  IconCircleCheck,
  IconCloudOff,
  IconDatabaseX,
  IconHelpHexagon,
  IconInfoCircle,
  IconReportSearch,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { AttentionItem, FaultGroup } from "@/api/types";
import { SeverityBadge, useFaultName } from "@/features/faults/FaultText";
import { useFaultGroups } from "@/features/faults/queries";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { Outside, Since } from "@/ui/Values";
import classes from "./Attention.module.css";

/** Kinds of faults shown; the page of faults has all. */
const FAULTS_SHOWN = 5;

const ICONS: Record<string, Icon> = {
  faulted: IconAlertTriangle,
  offline: IconCloudOff,
  unknown_station: IconHelpHexagon,
  review: IconReportSearch,
  storage: IconDatabaseX,
};

function Way({ item, children }: { item: AttentionItem; children: ReactNode }) {
  if (item.station_id) {
    return (
      <RouteLink to="/chargers/$id" params={{ id: item.station_id }}>
        {children}
      </RouteLink>
    );
  }
  if (item.kind === "unknown_station") return <RouteLink to="/chargers/unknown">{children}</RouteLink>;
  if (item.kind === "review") {
    return (
      <RouteLink to="/sessions" search={{ status: "review" }}>
        {children}
      </RouteLink>
    );
  }
  return <span>{children}</span>;
}

/** Kinds of open faults, the worst first: each leads to the chargers that have it. */
function OpenFaults({ groups }: { groups: FaultGroup[] }) {
  const { t } = useTranslation();
  const name = useFaultName();
  return (
    <ul className={classes.list} aria-label={t("fault.kinds")}>
      {groups.slice(0, FAULTS_SHOWN).map((group) => (
        <li key={`${group.code} ${group.vendor_code}`}>
          <SeverityBadge severity={group.severity} />
          <span className={classes.text}>
            <RouteLink
              to="/faults"
              search={{ code: group.code, vendor_code: group.vendor_code || undefined } as never}
            >
              <Outside text={name(group)} />
            </RouteLink>{" "}
            <span className="quiet">{t("fault.kind_stations", { count: group.stations })}</span>
          </span>
          <span className="quiet">
            <Since at={group.since} />
          </span>
        </li>
      ))}
    </ul>
  );
}

export function Attention({ items }: { items: AttentionItem[] }) {
  const { t } = useTranslation();
  const faults = useFaultGroups({});
  return (
    <Panel
      title={t("overview.attention")}
      aside={<RouteLink to="/faults">{t("overview.allFaults")}</RouteLink>}
    >
      {faults.length > 0 && <OpenFaults groups={faults} />}
      {items.length === 0 && faults.length > 0 ? null : items.length === 0 ? (
        <Group gap="xs" c="dimmed">
          <IconCircleCheck size={18} aria-hidden />
          <Text>{t("overview.allWell")}</Text>
        </Group>
      ) : (
        <ul className={classes.list} aria-label={t("overview.attention")}>
          {items.map((item) => {
            const Sign = ICONS[item.kind] ?? IconInfoCircle;
            return (
              <li key={`${item.kind} ${item.station_id ?? ""} ${item.text}`}>
                <Sign size={17} stroke={1.8} data-kind={item.kind} aria-hidden />
                <span className={classes.text}>
                  <Way item={item}>{item.text}</Way>
                </span>
                <span className="quiet">{item.since && <Since at={item.since} />}</span>
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}
