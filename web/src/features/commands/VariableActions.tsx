// Reads or changes one setting from the settings tab.
import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconEdit, IconZoomScan } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Station, Variable } from "@/api/types";
import { CommandDialog } from "./CommandDialog";

export function ReadVariables({ station }: { station: Station }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" leftSection={<IconZoomScan size={16} />} onClick={() => setOpen(true)}>
        {t("command.read_variables.name")}
      </Button>
      {open && <CommandDialog station={station} kind="read_variables" onClose={() => setOpen(false)} />}
    </>
  );
}

export function ChangeVariable({ station, variable }: { station: Station; variable: Variable }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const label = t("command.changeOne", { name: variable.name });
  return (
    <>
      <Tooltip label={label}>
        <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={() => setOpen(true)}>
          <IconEdit size={16} />
        </ActionIcon>
      </Tooltip>
      {open && (
        <CommandDialog
          station={station}
          kind="write_variable"
          onClose={() => setOpen(false)}
          initial={{ name: variable.name, component: variable.component ?? "", value: variable.value ?? "" }}
        />
      )}
    </>
  );
}
