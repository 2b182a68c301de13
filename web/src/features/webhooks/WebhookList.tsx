// Where other programs are told: made here, tried here, with the secret shown once.
import { Alert, Button, Group, Menu, Modal, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconDots, IconEyeOff, IconPlus, IconWebhook } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { NewWebhook, Webhook, WebhookDelivery } from "@/api/types";
import { KindChoice, kindKey } from "@/features/alerts/KindChoice";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { CopyLine } from "@/ui/Copy";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { FormDialog } from "@/ui/FormDialog";
import { Panel } from "@/ui/Panel";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { ToneBadge } from "@/ui/StatusBadge";
import { Outside, Since, Timestamp } from "@/ui/Values";
import { Deliveries } from "./Deliveries";
import { useWebhooks, useWebhookWrites } from "./queries";

function WebhookForm({
  old,
  onClose,
  onMade,
}: {
  old: Webhook | null;
  onClose: () => void;
  onMade: (webhook: NewWebhook) => void;
}) {
  const { t } = useTranslation();
  const { add, edit } = useWebhookWrites();
  const form = useForm({
    initialValues: {
      name: old?.name ?? "",
      url: old?.url ?? "",
      kinds: old?.kinds ?? ["session.ended", "fault.opened", "fault.solved"],
      enabled: old?.enabled ?? true,
    },
    validate: {
      name: (value) => (value.trim() ? null : t("form.required")),
      url: (value) => (value.trim() ? null : t("form.required")),
      kinds: (value) => (value.length > 0 ? null : t("alert.kindsRequired")),
    },
  });
  return (
    <FormDialog
      title={old ? t("webhook.edit") : t("webhook.add")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("form.save")}
      onSubmit={async (values) => {
        if (old) await edit(old.id, values);
        else onMade(await add(values));
      }}
    >
      <TextInput label={t("webhook.name")} required data-autofocus {...form.getInputProps("name")} />
      <TextInput
        label={t("webhook.url")}
        description={t("webhook.urlHelp")}
        placeholder="https://example.com/forecourt"
        type="url"
        spellCheck={false}
        required
        {...form.getInputProps("url")}
      />
      <KindChoice
        value={form.values.kinds}
        onChange={(kinds) => form.setFieldValue("kinds", kinds)}
        error={form.errors.kinds}
      />
      <Switch label={t("webhook.enabled")} {...form.getInputProps("enabled", { type: "checkbox" })} />
    </FormDialog>
  );
}

function Secret({ webhook, onClose }: { webhook: NewWebhook; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("webhook.secretTitle", { name: webhook.name })}
      closeButtonProps={{ "aria-label": t("form.close") }}
    >
      <Stack>
        <Alert icon={<IconEyeOff size={18} />} color="yellow" variant="light">
          {t("webhook.secretText")}
        </Alert>
        <CopyLine label={t("webhook.secret")} text={webhook.secret} />
        <Group justify="flex-end">
          <Button onClick={onClose}>{t("webhook.secretKept")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** How the other side took the trial. */
function PingResult({ result, onClose }: { result: WebhookDelivery; onClose: () => void }) {
  const { t } = useTranslation();
  const arrived = result.delivered_at !== null;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("webhook.ping")}
      closeButtonProps={{ "aria-label": t("form.close") }}
    >
      <Alert color={arrived ? "green" : "red"} variant="light" role="status">
        {arrived ? t("webhook.arrived") : t("webhook.notArrived", { error: result.error })}
      </Alert>
    </Modal>
  );
}

type Open =
  | { what: "edit" | "remove" | "rotate" | "deliveries"; webhook: Webhook }
  | { what: "add" }
  | { what: "secret"; webhook: NewWebhook }
  | { what: "pinged"; result: WebhookDelivery };

function useWebhookColumns(open: (next: Open) => void): Column<Webhook>[] {
  const { t } = useTranslation();
  const { ping } = useWebhookWrites();
  const problemText = useProblemText();
  const test = (webhook: Webhook) =>
    void ping(webhook.id)
      .then((result) => open({ what: "pinged", result }))
      .catch((error) => notifyFailed(problemText(error)));
  return [
    {
      accessor: "name",
      title: t("webhook.name"),
      render: (row) => (
        <div>
          <Text fw={550}>
            <Outside line text={row.name} />
          </Text>
          <Text size="sm" c="dimmed">
            <Outside line text={row.url} />
          </Text>
        </div>
      ),
    },
    {
      accessor: "kinds",
      title: t("alert.kinds"),
      render: (row) => row.kinds.map((kind) => t(kindKey(kind))).join(", "),
    },
    {
      accessor: "state",
      title: t("webhook.state"),
      render: (row) => {
        if (!row.enabled) return <ToneBadge tone="grey">{t("webhook.off")}</ToneBadge>;
        if (!row.failing_since) return <ToneBadge tone="green">{t("webhook.works")}</ToneBadge>;
        return (
          <Group gap={6} wrap="nowrap">
            <ToneBadge tone="red">{t("webhook.failing")}</ToneBadge>
            <Since at={row.failing_since} />
          </Group>
        );
      },
    },
    { accessor: "created_at", title: t("webhook.made"), render: (row) => <Timestamp at={row.created_at} /> },
    {
      accessor: "actions",
      title: <span className="visually-hidden">{t("table.actions")}</span>,
      textAlign: "right",
      render: (row) => (
        <Group gap={4} justify="flex-end" wrap="nowrap">
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => open({ what: "deliveries", webhook: row })}
          >
            {t("webhook.deliveries")}
          </Button>
          <Menu position="bottom-end">
            <Menu.Target>
              <Button size="compact-sm" variant="default" aria-label={t("webhook.more", { name: row.name })}>
                <IconDots size={16} />
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => test(row)}>{t("webhook.ping")}</Menu.Item>
              <Menu.Item onClick={() => open({ what: "edit", webhook: row })}>{t("webhook.edit")}</Menu.Item>
              <Menu.Item onClick={() => open({ what: "rotate", webhook: row })}>
                {t("webhook.rotate")}
              </Menu.Item>
              <Menu.Item color="red" onClick={() => open({ what: "remove", webhook: row })}>
                {t("webhook.remove")}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Group>
      ),
    },
  ];
}

export function WebhookList() {
  const { t } = useTranslation();
  const list = useWebhooks();
  const { rotate, remove } = useWebhookWrites();
  const [opened, setOpened] = useState<Open | null>(null);
  const columns = useWebhookColumns(setOpened);
  const close = () => setOpened(null);
  const add = (
    <Button size="xs" leftSection={<IconPlus size={15} />} onClick={() => setOpened({ what: "add" })}>
      {t("webhook.add")}
    </Button>
  );
  return (
    <Panel title={t("webhook.title")} aside={add}>
      <Text c="dimmed" mb="sm">
        {t("webhook.lead")}
      </Text>
      <DataTable<Webhook>
        list={list}
        columns={columns}
        label={t("webhook.title")}
        plain
        empty={
          <EmptyState
            icon={IconWebhook}
            title={t("webhook.none")}
            text={t("webhook.noneText")}
            action={add}
          />
        }
      />
      {(opened?.what === "add" || opened?.what === "edit") && (
        <WebhookForm
          old={opened.what === "edit" ? opened.webhook : null}
          onClose={close}
          onMade={(webhook) => setTimeout(() => setOpened({ what: "secret", webhook }))}
        />
      )}
      {opened?.what === "secret" && <Secret webhook={opened.webhook} onClose={close} />}
      {opened?.what === "pinged" && <PingResult result={opened.result} onClose={close} />}
      {opened?.what === "deliveries" && <Deliveries webhook={opened.webhook} onClose={close} />}
      <ConfirmAction
        opened={opened?.what === "rotate"}
        onClose={close}
        title={t("webhook.rotate")}
        consequence={t("webhook.rotateText")}
        confirmLabel={t("webhook.rotate")}
        onConfirm={async () => {
          if (opened?.what !== "rotate") return;
          const webhook = await rotate(opened.webhook.id);
          setTimeout(() => setOpened({ what: "secret", webhook }));
        }}
      />
      <ConfirmAction
        opened={opened?.what === "remove"}
        onClose={close}
        title={t("webhook.remove")}
        consequence={t("webhook.removeText")}
        confirmLabel={t("webhook.remove")}
        onConfirm={async () => {
          if (opened?.what === "remove") await remove(opened.webhook.id);
        }}
      />
    </Panel>
  );
}
