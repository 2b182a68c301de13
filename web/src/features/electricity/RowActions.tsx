// What can be done with one row: change it, remove it.
import { ActionIcon, Menu } from "@mantine/core";
import { IconDots, IconPencil, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

interface RowActionsProps {
  name: string;
  onEdit: () => void;
  onRemove: () => void;
}

export function RowActions({ name, onEdit, onRemove }: RowActionsProps) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("priceProfile.actions", { name })}
          onClick={(event) => event.stopPropagation()}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown onClick={(event) => event.stopPropagation()}>
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={onEdit}>
          {t("priceProfile.edit")}
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={onRemove}>
          {t("priceProfile.remove")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
