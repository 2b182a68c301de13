// One figure of a dashboard: what it is, how much, and where it comes from on hover.
import { Paper, Text, Tooltip } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./Figure.module.css";

interface FigureProps {
  name: string;
  definition: string;
  value: ReactNode;
  note?: ReactNode;
}

export function Figure({ name, definition, value, note }: FigureProps) {
  return (
    <Paper p="md" className={classes.figure}>
      <div className={classes.name}>
        <span>{name}</span>
        <Tooltip label={definition} events={{ hover: true, focus: true, touch: true }}>
          <button type="button" className={classes.info} aria-label={definition}>
            <IconInfoCircle size={14} stroke={1.7} aria-hidden />
          </button>
        </Tooltip>
      </div>
      <div className={classes.value}>{value}</div>
      <Text size="sm" c="dimmed" component="div">
        {note}
      </Text>
    </Paper>
  );
}
