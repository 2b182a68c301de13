// One command for all chargers that are ticked: chosen in a menu, its fields filled in once, then sent as work that goes on by
// itself and has a page.
import { Alert, Button, Menu, NumberInput, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconChevronDown } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Station } from "@/api/types";
import { FormDialog } from "@/ui/FormDialog";
import { CommandFields } from "./CommandFields";
import {
  BULK_KINDS,
  type CommandKind,
  type CommandValues,
  EMPTY,
  ICONS,
  isPast,
  missing,
  requestOf,
} from "./kinds";
import { useBulkWrites } from "./queries";

const AT_ONCE = 10;
const AT_ONCE_MAX = 50;

function BulkDialog({
  stations,
  kind,
  onClose,
}: {
  stations: Station[];
  kind: CommandKind;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { start } = useBulkWrites();
  const [atOnce, setAtOnce] = useState<number | string>(AT_ONCE);
  const form = useForm<CommandValues>({
    initialValues: EMPTY,
    validate: (values) => ({
      ...Object.fromEntries(missing(kind, values).map((field) => [field, t("form.required")])),
      ...(isPast(values) ? { until: t("command.max_profile.untilPast") } : {}),
    }),
  });
  const offline = stations.filter((each) => !each.online).length;
  const busy = stations.filter((each) => each.evses.some((evse) => evse.session_id)).length;
  return (
    <FormDialog
      title={t("bulk.title", { command: t(`command.${kind}.name`), count: stations.length })}
      opened
      onClose={onClose}
      form={form}
      danger={["soft_reset", "hard_reset", "set_unavailable"].includes(kind)}
      submitLabel={t("bulk.send", { count: stations.length })}
      onSubmit={async (values) => {
        if (kind === "raw") return;
        const job = await start(
          stations.map((each) => each.id),
          requestOf(kind, values),
          Number(atOnce) || AT_ONCE,
        );
        await navigate({ to: "/bulk/$id", params: { id: job.id } });
      }}
    >
      <Text>{t(`command.${kind}.text`)}</Text>
      <CommandFields station={null} kind={kind} form={form} />
      <NumberInput
        label={t("bulk.atOnce")}
        description={t("bulk.atOnceHelp")}
        min={1}
        max={AT_ONCE_MAX}
        value={atOnce}
        onChange={setAtOnce}
      />
      {busy > 0 && (
        <Alert color="red" variant="light">
          {t("bulk.busy", { count: busy })}
        </Alert>
      )}
      {offline > 0 && (
        <Alert color="orange" variant="light">
          {t("bulk.offline", { count: offline })}
        </Alert>
      )}
    </FormDialog>
  );
}

export function BulkActions({ stations }: { stations: Station[] }) {
  const { t } = useTranslation();
  const may = useMay("command");
  const [open, setOpen] = useState<CommandKind | null>(null);
  if (!may) return null;
  return (
    <>
      <Menu position="top-start" width={260}>
        <Menu.Target>
          <Button rightSection={<IconChevronDown size={15} />}>{t("command.menu")}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {BULK_KINDS.map((kind) => {
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
        </Menu.Dropdown>
      </Menu>
      {open && <BulkDialog stations={stations} kind={open} onClose={() => setOpen(null)} />}
    </>
  );
}
