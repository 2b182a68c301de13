// Every delivery of a webhook: what was sent, what the other side said, and the way to send it once more.
import { Button, Modal, Stack, Text } from "@mantine/core";
import { IconInbox } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Webhook, WebhookDelivery } from "@/api/types";
import { kindKey } from "@/features/alerts/KindChoice";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { Json } from "@/ui/Json";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { ToneBadge } from "@/ui/StatusBadge";
import { Count, Outside, Timestamp } from "@/ui/Values";
import { useDeliveries, useWebhookWrites } from "./queries";

function Outcome({ delivery }: { delivery: WebhookDelivery }) {
  const { t } = useTranslation();
  if (delivery.delivered_at) return <ToneBadge tone="green">{t("webhook.delivered")}</ToneBadge>;
  if (delivery.next_at && delivery.attempts === 0)
    return <ToneBadge tone="blue">{t("webhook.waiting")}</ToneBadge>;
  return (
    <Stack gap={0}>
      <ToneBadge tone={delivery.next_at ? "amber" : "red"}>
        {delivery.next_at ? t("webhook.retrying") : t("webhook.givenUp")}
      </ToneBadge>
      <Text size="sm" c="dimmed">
        <Outside text={delivery.error} />
      </Text>
      {delivery.next_at && (
        <Text size="sm" c="dimmed">
          {t("webhook.next")} <Timestamp at={delivery.next_at} seconds />
        </Text>
      )}
    </Stack>
  );
}

export function Deliveries({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const { t } = useTranslation();
  const list = useDeliveries(webhook.id);
  const { retry } = useWebhookWrites();
  const problemText = useProblemText();
  const columns: Column<WebhookDelivery>[] = [
    {
      accessor: "created_at",
      title: t("webhook.at"),
      render: (row) => <Timestamp at={row.created_at} seconds />,
    },
    {
      accessor: "kind",
      title: t("webhook.event"),
      render: (row) => t(kindKey(row.kind), { defaultValue: row.kind }),
    },
    { accessor: "outcome", title: t("webhook.outcome"), render: (row) => <Outcome delivery={row} /> },
    {
      accessor: "attempts",
      title: t("webhook.attempts"),
      textAlign: "right",
      render: (row) => <Count value={row.attempts} />,
    },
    {
      accessor: "actions",
      title: <span className="visually-hidden">{t("table.actions")}</span>,
      textAlign: "right",
      render: (row) => (
        <Button
          size="compact-sm"
          variant="default"
          onClick={(event) => {
            event.stopPropagation();
            void retry(webhook.id, row.id).catch((error) => notifyFailed(problemText(error)));
          }}
        >
          {t("webhook.again")}
        </Button>
      ),
    },
  ];
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={t("webhook.deliveriesOf", { name: webhook.name })}
      closeButtonProps={{ "aria-label": t("form.close") }}
    >
      <DataTable<WebhookDelivery>
        list={list}
        columns={columns}
        label={t("webhook.deliveries")}
        minWidth={560}
        expansion={{ content: ({ record }) => <Json text={record.body} copyLabel={t("webhook.copyBody")} /> }}
        empty={
          <EmptyState
            icon={IconInbox}
            title={t("webhook.noDeliveries")}
            text={t("webhook.noDeliveriesText")}
          />
        }
      />
    </Modal>
  );
}
