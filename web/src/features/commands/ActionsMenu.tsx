// The charger's actions: the two used most as buttons, all of them in a menu.
import { Button, Menu } from "@mantine/core";
import { IconChevronDown, IconTrash } from "@tabler/icons-react";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Station } from "@/api/types";
import { CommandDialog } from "./CommandDialog";
import { type CommandKind, GROUPS, ICONS } from "./kinds";

interface ActionsMenuProps {
  station: Station;
  /** Asks whether the charger shall be taken out of service; absent for those who may not. */
  onDelete?: () => void;
}

export function ActionsMenu({ station, onDelete }: ActionsMenuProps) {
  const { t } = useTranslation();
  const mayRaw = useMay("raw_call");
  const [open, setOpen] = useState<CommandKind | null>(null);
  const busy = station.evses.some((evse) => evse.session_id);
  const first: CommandKind = busy ? "stop_session" : "start_session";
  return (
    <>
      <Button variant="default" onClick={() => setOpen(first)} disabled={!station.online}>
        {t(`command.${first}.name`)}
      </Button>
      <Button variant="default" onClick={() => setOpen("soft_reset")} disabled={!station.online}>
        {t("command.soft_reset.name")}
      </Button>
      <Menu position="bottom-end" width={270}>
        <Menu.Target>
          <Button rightSection={<IconChevronDown size={15} />}>{t("command.menu")}</Button>
        </Menu.Target>
        <Menu.Dropdown mah="75vh" style={{ overflowY: "auto" }}>
          {!station.online && <Menu.Label>{t("command.whileOffline")}</Menu.Label>}
          {GROUPS.map((group, index) => (
            <Fragment key={group[0]}>
              {index > 0 && <Menu.Divider />}
              {group
                .filter((kind) => kind !== "raw" || mayRaw)
                .map((kind) => {
                  const Sign = ICONS[kind];
                  return (
                    <Menu.Item
                      key={kind}
                      leftSection={<Sign size={16} stroke={1.7} />}
                      onClick={() => setOpen(kind)}
                    >
                      {t(`command.${kind}.name`)}
                    </Menu.Item>
                  );
                })}
            </Fragment>
          ))}
          {onDelete && (
            <>
              <Menu.Divider />
              <Menu.Item color="red" leftSection={<IconTrash size={16} stroke={1.7} />} onClick={onDelete}>
                {t("charger.remove")}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {open && <CommandDialog station={station} kind={open} onClose={() => setOpen(null)} />}
    </>
  );
}
