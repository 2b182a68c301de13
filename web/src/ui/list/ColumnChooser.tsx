// Which columns a list shows, chosen by ticking.
import { Button, Checkbox, Popover, Stack } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Columns } from "./columns";

export function ColumnChooser<T>({ columns }: { columns: Columns<T> }) {
  const { t } = useTranslation();
  return (
    <Popover position="bottom-end" withArrow trapFocus>
      <Popover.Target>
        <Button variant="default" size="sm" leftSection={<IconColumns3 size={16} aria-hidden />}>
          {t("list.columns")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown mah={420} style={{ overflowY: "auto" }}>
        <Stack gap="xs">
          {columns.choices.map((choice) => (
            <Checkbox
              key={choice.accessor}
              size="sm"
              label={choice.name}
              checked={choice.shown}
              onChange={(event) => columns.choose(choice.accessor, event.currentTarget.checked)}
            />
          ))}
          <Button variant="subtle" size="compact-sm" onClick={columns.reset}>
            {t("list.columnsReset")}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
