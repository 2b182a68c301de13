// What one may do to a zone: switch it on and off, change it, delete it.
import { Button, Switch } from "@mantine/core";
import { IconFlask, IconPencil, IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Zone } from "@/api/types";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { useZoneWrites } from "./queries";
import { ZoneForm } from "./ZoneForm";

export function ZoneActions({ zone }: { zone: Zone }) {
  const { t } = useTranslation();
  const may = useMay("power");
  const navigate = useNavigate();
  const problem = useProblemText();
  const { turn, remove } = useZoneWrites();
  const [open, setOpen] = useState<"edit" | "remove" | "off" | null>(null);
  if (!may) return null;
  const turnOn = () => turn(zone.id, true).catch((error) => notifyFailed(problem(error)));
  return (
    <>
      <Switch
        label={t("power.active")}
        checked={zone.enabled}
        onChange={(event) => (event.currentTarget.checked ? void turnOn() : setOpen("off"))}
      />
      <Button
        variant="default"
        leftSection={<IconFlask size={16} />}
        onClick={() => void navigate({ to: "/load-balancing/$id/trial", params: { id: zone.id } })}
      >
        {t("power.trial.open")}
      </Button>
      <Button variant="default" leftSection={<IconPencil size={16} />} onClick={() => setOpen("edit")}>
        {t("power.change")}
      </Button>
      <Button variant="default" leftSection={<IconTrash size={16} />} onClick={() => setOpen("remove")}>
        {t("power.remove")}
      </Button>
      {open === "edit" && <ZoneForm old={zone} onClose={() => setOpen(null)} />}
      <ConfirmAction
        opened={open === "off"}
        onClose={() => setOpen(null)}
        title={t("power.offTitle", { name: zone.name })}
        consequence={t("power.offText", { count: zone.chargers.length })}
        confirmLabel={t("power.offConfirm")}
        onConfirm={async () => {
          await turn(zone.id, false);
        }}
      />
      <ConfirmAction
        opened={open === "remove"}
        onClose={() => setOpen(null)}
        title={t("power.removeTitle", { name: zone.name })}
        consequence={t("power.removeText")}
        confirmLabel={t("power.remove")}
        onConfirm={async () => {
          await remove(zone.id);
          void navigate({ to: "/load-balancing" });
        }}
      />
    </>
  );
}
