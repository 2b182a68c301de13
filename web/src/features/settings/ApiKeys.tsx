// Keys for programs: made here, shown once, revoked here.
import { Alert, Anchor, Button, Checkbox, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { IconApi, IconEyeOff, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiKey, NewApiKey, Right } from "@/api/types";
import { dayEnd } from "@/lib/days";
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

const SCOPES: Right[] = ["read", "tokens", "network", "command", "raw_call", "sessions", "organisation"];

function NewKey({ onClose, onMade }: { onClose: () => void; onMade: (key: NewApiKey) => void }) {
  const { t } = useTranslation();
  const zone = useZone();
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
          {SCOPES.map((scope) => (
            <Checkbox key={scope} value={scope} label={t(`apiKey.scope.${scope}`)} />
          ))}
        </Stack>
      </Checkbox.Group>
      <TextInput
        type="date"
        label={t("apiKey.expires")}
        description={t("key.expiresHelp", { zone })}
        {...form.getInputProps("expires_at")}
      />
    </FormDialog>
  );
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
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const columns: Column<ApiKey>[] = [
    { accessor: "name", title: t("apiKey.name"), render: (row) => <Outside text={row.name} /> },
    {
      accessor: "prefix",
      title: t("apiKey.prefix"),
      render: (row) => <Outside text={`${row.prefix}…`} mono />,
    },
    { accessor: "scopes", title: t("apiKey.may"), render: (row) => row.scopes.join(", ") },
    {
      accessor: "created_at",
      title: t("apiKey.created"),
      render: (row) => <Timestamp at={row.created_at} />,
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
          <ToneBadge tone="grey">{t("apiKey.revoked")}</ToneBadge>
        ) : (
          <Button size="compact-sm" variant="default" onClick={() => setRevoking(row)}>
            {t("apiKey.revoke")}
          </Button>
        ),
    },
  ];
  return (
    <Panel
      title={t("apiKey.title")}
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
