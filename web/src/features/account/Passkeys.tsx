// The person's passkeys: add one, see when each was used, remove it.
import { Alert, Button, PasswordInput, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { IconFingerprint, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Account, Passkey } from "@/api/types";
import { canUsePasskeys, makePasskey } from "@/lib/passkey";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { FormDialog } from "@/ui/FormDialog";
import { Panel } from "@/ui/Panel";
import { notifyDone } from "@/ui/problem";
import { Outside, Timestamp } from "@/ui/Values";
import { browserName } from "./browserName";
import { usePasskeys, usePasskeyWrites } from "./queries";

function AddDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const { t } = useTranslation();
  const { begin, add } = usePasskeyWrites();
  const form = useForm({
    initialValues: { name: browserName(navigator.userAgent) ?? "", password: "" },
    validate: {
      name: (value) => (value.trim() ? null : t("form.required")),
      password: (value) => (value || !account.has_password ? null : t("form.required")),
    },
  });
  return (
    <FormDialog
      title={t("passkey.add")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("passkey.next")}
      onSubmit={async ({ name, password }) => {
        const { token, options } = await begin(password);
        const answer = await makePasskey(options);
        if (!answer) throw new Error(t("passkey.notMade"));
        await add(token, name.trim(), answer);
        form.resetDirty();
        notifyDone(t("passkey.added"));
      }}
    >
      <Text>{t("passkey.addText")}</Text>
      <TextInput
        label={t("passkey.name")}
        description={t("passkey.nameHelp")}
        data-autofocus
        {...form.getInputProps("name")}
      />
      {account.has_password && (
        <PasswordInput
          label={t("me.presentPassword")}
          autoComplete="current-password"
          visibilityToggleButtonProps={{ "aria-label": t("login.show") }}
          {...form.getInputProps("password")}
        />
      )}
    </FormDialog>
  );
}

export function Passkeys({ account }: { account: Account }) {
  const { t } = useTranslation();
  const list = usePasskeys();
  const { remove } = usePasskeyWrites();
  const [adding, add] = useDisclosure(false);
  const [leaving, setLeaving] = useState<Passkey | null>(null);
  const can = canUsePasskeys();
  const columns: Column<Passkey>[] = [
    { accessor: "name", title: t("passkey.name"), render: (row) => <Outside text={row.name} /> },
    {
      accessor: "created_at",
      title: t("passkey.since"),
      render: (row) => <Timestamp at={row.created_at} />,
    },
    {
      accessor: "last_used_at",
      title: t("passkey.lastUsed"),
      render: (row) => (row.last_used_at ? <Timestamp at={row.last_used_at} /> : t("passkey.never")),
    },
    {
      accessor: "actions",
      title: <span className="visually-hidden">{t("table.actions")}</span>,
      textAlign: "right",
      render: (row) => (
        <Button size="compact-sm" variant="default" onClick={() => setLeaving(row)}>
          {t("passkey.remove")}
        </Button>
      ),
    },
  ];
  return (
    <Panel
      title={t("passkey.title")}
      aside={
        can && (
          <Button size="compact-md" leftSection={<IconPlus size={16} />} onClick={add.open}>
            {t("passkey.add")}
          </Button>
        )
      }
    >
      <Text c="dimmed" maw={560} mb="sm">
        {t("passkey.text")}
      </Text>
      {!can && (
        <Alert color="gray" variant="light" mb="sm">
          {t("passkey.cannot")}
        </Alert>
      )}
      <DataTable<Passkey>
        list={list}
        columns={columns}
        label={t("passkey.title")}
        plain
        minWidth={520}
        empty={<EmptyState icon={IconFingerprint} title={t("passkey.none")} />}
      />
      {adding && <AddDialog account={account} onClose={add.close} />}
      {leaving && (
        <ConfirmAction
          opened
          onClose={() => setLeaving(null)}
          title={t("passkey.remove")}
          consequence={t("passkey.removeText", { name: leaving.name })}
          confirmLabel={t("passkey.remove")}
          onConfirm={() => remove(leaving.id)}
        />
      )}
    </Panel>
  );
}
