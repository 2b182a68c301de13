// What opens a row by keyboard: its press reaches the row as a click, which the table listens to.
import { UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";

export function RowOpener({ children, label }: { children: ReactNode; label?: string }) {
  return (
    <UnstyledButton fz="inherit" aria-label={label} style={{ textAlign: "start", borderRadius: 4 }}>
      {children}
    </UnstyledButton>
  );
}
