// A connector's status: colour, icon and word together. When the station is offline the last known status is hatched.
import { Tooltip } from "@mantine/core";
import clsx from "clsx";
import { useTranslation } from "react-i18next";
import classes from "./StatusBadge.module.css";
import { lookOf, type Tone } from "./status";

interface StatusBadgeProps {
  status: string;
  offline?: boolean;
  compact?: boolean;
}

export function StatusBadge({ status, offline = false, compact = false }: StatusBadgeProps) {
  const { t } = useTranslation();
  const look = lookOf(offline ? "Offline" : status);
  const word = t(`status.${status}`, { defaultValue: status });
  const Icon = look.icon;
  const badge = (
    <span
      className={clsx(classes.badge, look.outline && !offline && classes.outline, offline && classes.hatched)}
      data-tone={look.tone}
      data-status={offline ? "Offline" : status}
    >
      <Icon
        size={13}
        stroke={2}
        aria-hidden
        className={status === "Charging" && !offline ? classes.pulse : undefined}
      />
      {compact ? <span className="visually-hidden">{word}</span> : <span>{word}</span>}
    </span>
  );
  if (offline) return <Tooltip label={t("status.lastKnown", { status: word })}>{badge}</Tooltip>;
  return compact ? <Tooltip label={word}>{badge}</Tooltip> : badge;
}

/** The same look for anything that is a state but not a connector's. */
export function ToneBadge({
  tone,
  children,
  outline = false,
}: {
  tone: Tone;
  children: React.ReactNode;
  outline?: boolean;
}) {
  return (
    <span className={clsx(classes.badge, outline && classes.outline)} data-tone={tone}>
      <span>{children}</span>
    </span>
  );
}
