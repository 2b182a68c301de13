// A bordered part of a page with a name.
import { Group, Paper, type PaperProps, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";

interface PanelProps extends Omit<PaperProps, "title"> {
  title?: string;
  aside?: ReactNode;
  children: ReactNode;
}

export function Panel({ title, aside, children, ...rest }: PanelProps) {
  const id = useId();
  return (
    <Paper p="md" component="section" aria-labelledby={title ? id : undefined} {...rest}>
      {title && (
        <Group justify="space-between" mb="sm" gap="xs">
          <Title order={2} id={id}>
            {title}
          </Title>
          {aside}
        </Group>
      )}
      {children}
    </Paper>
  );
}
