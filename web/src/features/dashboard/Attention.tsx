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
import type { AttentionItem } from "@/api/types";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { Since } from "@/ui/Values";
import classes from "./Attention.module.css";

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

export function Attention({ items }: { items: AttentionItem[] }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("overview.attention")}>
      {items.length === 0 ? (
        <Group gap="xs" c="dimmed">
          <IconCircleCheck size={18} aria-hidden />
          <Text>{t("overview.allWell")}</Text>
        </Group>
      ) : (
        <ul className={classes.list}>
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
