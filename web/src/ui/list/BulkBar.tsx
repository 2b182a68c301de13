// What can be done with the rows that are ticked; it stays in sight while one scrolls.
import { CloseButton, Group, Paper, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

interface BulkBarProps {
  count: number;
  onClear: () => void;
  children: ReactNode;
}

export function BulkBar({ count, onClear, children }: BulkBarProps) {
  const { t } = useTranslation();
  if (count === 0) return null;
  return (
    <Paper
      withBorder
      p="xs"
      role="region"
      aria-label={t("list.selected", { count })}
      style={{ position: "sticky", bottom: 12, zIndex: 5 }}
    >
      <Group gap="xs">
        <CloseButton aria-label={t("list.clearSelection")} onClick={onClear} />
        <Text fw={600} role="status">
          {t("list.selected", { count })}
        </Text>
        {children}
      </Group>
    </Paper>
  );
}
