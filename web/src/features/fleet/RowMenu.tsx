// What can be done with one row: change it, remove it.
import { ActionIcon, Menu } from "@mantine/core";
import { IconDots, IconPencil, IconTrash } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  name: string;
  onEdit: () => void;
  onRemove: () => void;
  children?: ReactNode;
}

export function RowMenu({ name, onEdit, onRemove, children }: Props) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t("fleet.actions", { name })}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={onEdit}>
          {t("fleet.edit")}
        </Menu.Item>
        {children}
        <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={onRemove}>
          {t("fleet.remove")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
