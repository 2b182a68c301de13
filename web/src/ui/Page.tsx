// The frame of a page: its name, what belongs beside the name, and the document's title.
import { Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";

interface PageProps {
  title: string;
  /** Beside the title: a badge or a figure. */
  aside?: ReactNode;
  /** Above the title: where this belongs. */
  above?: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, aside, above, lead, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Forecourt`;
  }, [title]);
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-start" gap="sm">
        <div style={{ minWidth: 0, flex: "1 1 260px" }}>
          {above}
          <Group gap="sm" align="center">
            <Title order={1} style={{ overflowWrap: "anywhere" }}>
              {title}
            </Title>
            {aside}
          </Group>
          {lead && (
            <Text c="dimmed" mt={2} component="div">
              {lead}
            </Text>
          )}
        </div>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
