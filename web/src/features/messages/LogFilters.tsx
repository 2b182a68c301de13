// Which messages the log shows: kinds, direction, text and time, all in the address; and the same as a file.
import {
  Button,
  Checkbox,
  Group,
  Menu,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
  UnstyledButton,
} from "@mantine/core";
import { IconChevronDown, IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { onTheWall, wallTime } from "@/lib/days";
import { useUrlState } from "@/lib/urlState";
import { SearchBox } from "@/ui/Filters";
import { useZone } from "@/ui/zone";
import { exportUrl } from "./filter";
import { inUrl, KINDS, ticked } from "./kinds";

function Ticks() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const chosen = ticked(url.kind);
  const change = (kinds: string[]) => set({ kind: inUrl(kinds) });
  const all = chosen.length === KINDS.length;
  return (
    <Checkbox.Group value={chosen} onChange={change} aria-label={t("message.kindsLabel")}>
      <Group gap="md">
        {KINDS.map((kind) => (
          <Checkbox key={kind} size="xs" value={kind} label={t(`message.kinds.${kind}`)} />
        ))}
        <UnstyledButton onClick={() => change(all ? [] : KINDS)}>
          <Text size="sm" td="underline" component="span">
            {t(all ? "message.tickNone" : "message.tickAll")}
          </Text>
        </UnstyledButton>
      </Group>
    </Checkbox.Group>
  );
}

function TimeField({ name, label }: { name: "from" | "to"; label: string }) {
  const zone = useZone();
  const [url, set] = useUrlState();
  return (
    <TextInput
      type="datetime-local"
      size="xs"
      label={label}
      defaultValue={onTheWall(url[name], zone)}
      onChange={(event) => set({ [name]: wallTime(event.currentTarget.value, zone) })}
      w={{ base: "calc(50% - 5px)", xs: 190 }}
    />
  );
}

function Export({ id, nothing }: { id: string; nothing: boolean }) {
  const { t } = useTranslation();
  const [url] = useUrlState();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          disabled={nothing}
          leftSection={<IconDownload size={15} />}
          rightSection={<IconChevronDown size={14} />}
        >
          {t("message.export")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("message.exportText")}</Menu.Label>
        {(["jsonl", "csv"] as const).map((format) => (
          <Menu.Item key={format} component="a" href={exportUrl(id, format, url)} download>
            {t(`message.formats.${format}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function LogFilters({ id }: { id: string }) {
  const { t } = useTranslation();
  const zone = useZone();
  const [url, set] = useUrlState();
  return (
    <Stack gap="sm">
      <Ticks />
      <Group gap="xs" align="flex-end">
        <SegmentedControl
          size="xs"
          aria-label={t("message.direction")}
          value={url.direction ?? "both"}
          onChange={(value) => set({ direction: value === "both" ? undefined : value })}
          data={["both", "received", "sent"].map((value) => ({ value, label: t(`message.${value}`) }))}
        />
        <SearchBox label={t("message.search")} />
        <TimeField name="from" label={t("message.from", { zone })} />
        <TimeField name="to" label={t("message.to")} />
        <Export id={id} nothing={url.kind === "none"} />
      </Group>
    </Stack>
  );
}
