// Keys for programs: made here, shown once, revoked here.
import { Alert, Anchor, Button, Checkbox, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { IconApi, IconEyeOff, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLogin } from "@/api/login";
import type { ApiKey, NewApiKey } from "@/api/types";
import { dayEnd } from "@/lib/days";
import { useNow } from "@/lib/useNow";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { CopyLine } from "@/ui/Copy";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { FormDialog } from "@/ui/FormDialog";
import { Panel } from "@/ui/Panel";
import { ToneBadge } from "@/ui/StatusBadge";
import { Outside, Timestamp } from "@/ui/Values";
import { useZone } from "@/ui/zone";
import { useApiKeys, useSettingsWrites } from "./queries";

/** Hours that the old key of a rotation still works. */
const OVERLAPS = ["0", "1", "24", "168", "720"];

function NewKey({ onClose, onMade }: { onClose: () => void; onMade: (key: NewApiKey) => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const { operator } = useLogin();
  const { createKey } = useSettingsWrites();
  const form = useForm({
    initialValues: { name: "", scopes: ["read"], expires_at: "" },
    validate: {
      name: (value) => (value.trim() ? null : t("form.required")),
      scopes: (value) => (value.length > 0 ? null : t("form.required")),
    },
  });
  return (
    <FormDialog
      title={t("apiKey.add")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("apiKey.add")}
      onSubmit={async (values) =>
        onMade(await createKey(values.name.trim(), values.scopes, dayEnd(values.expires_at, zone)))
      }
    >
      <TextInput
        label={t("apiKey.name")}
        description={t("apiKey.nameHelp")}
        required
        data-autofocus
        {...form.getInputProps("name")}
      />
      <Checkbox.Group label={t("apiKey.may")} {...form.getInputProps("scopes")}>
        <Stack gap={6} mt={6}>
          {operator.permissions.map((scope) => (
            <Checkbox key={scope} value={scope} label={t(`permission.${scope}`)} />
          ))}
        </Stack>
      </Checkbox.Group>
      <TextInput
        type="date"
        label={t("apiKey.expires")}
        description={t("apiKey.expiresHelp", { zone })}
        {...form.getInputProps("expires_at")}
      />
    </FormDialog>
  );
}

function RotateDialog({
  apiKey,
  onClose,
  onMade,
}: {
  apiKey: ApiKey;
  onClose: () => void;
  onMade: (key: NewApiKey) => void;
}) {
  const { t } = useTranslation();
  const { rotateKey } = useSettingsWrites();
  const form = useForm({ initialValues: { overlap: "24" } });
  return (
    <FormDialog
      title={`${t("apiKey.rotate")}: ${apiKey.name}`}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("apiKey.rotate")}
      onSubmit={async ({ overlap }) => onMade(await rotateKey(apiKey.id, Number(overlap)))}
    >
      <Text>{t("apiKey.rotateText")}</Text>
      <Select
        label={t("apiKey.overlap")}
        data={OVERLAPS.map((hours) => ({ value: hours, label: t(`apiKey.hours.${hours}`) }))}
        allowDeselect={false}
        {...form.getInputProps("overlap")}
      />
    </FormDialog>
  );
}

/** What keeps a key from being used, or will. */
function KeyState({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation();
  const now = useNow(60_000);
  if (apiKey.revoked_at) return <ToneBadge tone="grey">{t("apiKey.revoked")}</ToneBadge>;
  if (apiKey.expires_at && new Date(apiKey.expires_at) < now) {
    return <ToneBadge tone="amber">{t("apiKey.expired")}</ToneBadge>;
  }
  return apiKey.replaced_by ? <ToneBadge tone="amber">{t("apiKey.replaced")}</ToneBadge> : null;
}

function Shown({ made, onClose }: { made: NewApiKey | null; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={made !== null}
      onClose={onClose}
      title={t("apiKey.made")}
      size="lg"
      closeOnClickOutside={false}
      closeButtonProps={{ "aria-label": t("form.close") }}
    >
      {made && (
        <Stack>
          <CopyLine label={made.name} text={made.key} />
          <CopyLine
            label={t("apiKey.try")}
            text={`curl -H "Authorization: Bearer ${made.key}" ${window.location.origin}/api/v1/overview`}
          />
          <Alert color="orange" variant="light" icon={<IconEyeOff size={18} />}>
            {t("apiKey.once")}
          </Alert>
          <Button onClick={onClose} style={{ alignSelf: "flex-end" }}>
            {t("connect.done")}
          </Button>
        </Stack>
      )}
    </Modal>
  );
}

export function ApiKeys() {
  const { t } = useTranslation();
  const list = useApiKeys();
  const { revokeKey } = useSettingsWrites();
  const [adding, add] = useDisclosure(false);
  const [made, setMade] = useState<NewApiKey | null>(null);
  const [rotating, setRotating] = useState<ApiKey | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const columns: Column<ApiKey>[] = [
    { accessor: "name", title: t("apiKey.name"), render: (row) => <Outside text={row.name} /> },
    {
      accessor: "prefix",
      title: t("apiKey.prefix"),
      render: (row) => <Outside text={`${row.prefix}…`} mono />,
    },
    {
      accessor: "scopes",
      title: t("apiKey.may"),
      render: (row) => (
        <span title={row.scopes.map((scope) => t(`permission.${scope}`)).join("\n")}>
          {row.scopes.slice(0, 4).join(", ")}
          {row.scopes.length > 4 && ` +${row.scopes.length - 4}`}
        </span>
      ),
    },
    {
      accessor: "created_at",
      title: t("apiKey.created"),
      render: (row) => <Timestamp at={row.created_at} />,
    },
    {
      accessor: "created_by",
      title: t("apiKey.createdBy"),
      render: (row) => <Outside text={row.created_by} />,
    },
    {
      accessor: "last_used_at",
      title: t("apiKey.lastUsed"),
      render: (row) => <Timestamp at={row.last_used_at} />,
    },
    {
      accessor: "expires_at",
      title: t("apiKey.expires"),
      render: (row) => <Timestamp at={row.expires_at} />,
    },
    {
      accessor: "actions",
      title: <span className="visually-hidden">{t("table.actions")}</span>,
      textAlign: "right",
      render: (row) =>
        row.revoked_at ? (
          <KeyState apiKey={row} />
        ) : (
          <Group gap={6} justify="flex-end" wrap="nowrap">
            <KeyState apiKey={row} />
            {!row.replaced_by && (
              <Button size="compact-sm" variant="default" onClick={() => setRotating(row)}>
                {t("apiKey.rotate")}
              </Button>
            )}
            <Button size="compact-sm" variant="default" onClick={() => setRevoking(row)}>
              {t("apiKey.revoke")}
            </Button>
          </Group>
        ),
    },
  ];
  return (
    <Panel
      title={t("apiKey.list")}
      aside={
        <Button size="xs" leftSection={<IconPlus size={15} />} onClick={add.open}>
          {t("apiKey.add")}
        </Button>
      }
    >
      <Text c="dimmed" mb="sm">
        {t("apiKey.text")}{" "}
        <Anchor href="/api/docs" inherit underline="always">
          {t("nav.api")}
        </Anchor>
      </Text>
      <DataTable<ApiKey>
        list={list}
        columns={columns}
        label={t("apiKey.title")}
        plain
        empty={<EmptyState icon={IconApi} title={t("apiKey.none")} />}
      />
      {rotating && <RotateDialog apiKey={rotating} onClose={() => setRotating(null)} onMade={setMade} />}
      {adding && <NewKey onClose={add.close} onMade={setMade} />}
      <Shown made={made} onClose={() => setMade(null)} />
      <ConfirmAction
        opened={revoking !== null}
        onClose={() => setRevoking(null)}
        title={t("apiKey.revoke")}
        consequence={<Text>{t("apiKey.revokeText", { name: revoking?.name })}</Text>}
        confirmLabel={t("apiKey.revoke")}
        onConfirm={async () => {
          if (revoking) await revokeKey(revoking.id);
        }}
      />
    </Panel>
  );
}
