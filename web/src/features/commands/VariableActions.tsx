// Reads a charger's settings again, as its version of the protocol does that.
import { Button } from "@mantine/core";
import { IconZoomScan } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Station } from "@/api/types";
import { CommandDialog } from "./CommandDialog";

export function ReadVariables({ station }: { station: Station }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  // A 2.x charger tells everything in an inventory; a 1.6 one answers with its configuration keys.
  const kind = station.protocol === "ocpp1.6" || !station.protocol ? "read_variables" : "read_inventory";
  return (
    <>
      <Button variant="default" leftSection={<IconZoomScan size={16} />} onClick={() => setOpen(true)}>
        {t(`command.${kind}.name`)}
      </Button>
      {open && <CommandDialog station={station} kind={kind} onClose={() => setOpen(false)} />}
    </>
  );
}
