// The platform's desk: requests of all organisations below it, the most urgent first.
import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconCircleCheck, IconFileExport } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { download } from "@/api/download";
import type { Payout } from "@/api/types";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { FormDialog } from "@/ui/FormDialog";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { Money, Outside } from "@/ui/Values";
import { usePayoutColumns } from "./Payouts";
import { queueOptions, useMoneyWrites } from "./queries";

function Reject({ payout, onClose }: { payout: Payout; onClose: () => void }) {
  const { t } = useTranslation();
  const { answerPayout } = useMoneyWrites();
  const form = useForm({
    initialValues: { reason: "" },
    validate: { reason: (value) => (value.trim() ? null : t("form.required")) },
  });
  return (
    <FormDialog
      title={t("money.rejectTitle", { who: payout.organisation_name })}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("money.reject")}
      onSubmit={async ({ reason }) => {
        await answerPayout(payout.id, "rejected", reason);
      }}
    >
      <Text>{t("money.rejectText")}</Text>
      <TextInput label={t("money.reason")} required data-autofocus {...form.getInputProps("reason")} />
    </FormDialog>
  );
}

export function PayoutQueue() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { answerPayout } = useMoneyWrites();
  const queue = useQuery(queueOptions);
  const [rejecting, setRejecting] = useState<Payout | null>(null);
  const [paying, setPaying] = useState<Payout | null>(null);
  const items = queue.data?.items ?? [];
  const approve = (payout: Payout) =>
    void answerPayout(payout.id, "approved").catch((error) => notifyFailed(problemText(error)));
  const columns = [
    {
      accessor: "organisation_name",
      title: t("money.organisation"),
      render: (row: Payout) => <Outside line text={row.organisation_name} />,
    },
    ...usePayoutColumns(),
    {
      accessor: "actions",
      title: t("money.answer"),
      render: (row: Payout) => (
        <Group gap={6} wrap="nowrap">
          {row.state === "requested" && (
            <Button size="compact-sm" onClick={() => approve(row)}>
              {t("money.approve")}
            </Button>
          )}
          {row.state === "approved" && (
            <Button size="compact-sm" onClick={() => setPaying(row)}>
              {t("money.markPaid")}
            </Button>
          )}
          <Button size="compact-sm" variant="default" onClick={() => setRejecting(row)}>
            {t("money.reject")}
          </Button>
        </Group>
      ),
    },
  ];
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <Text c="dimmed">{t("money.queueText")}</Text>
        <Button
          variant="default"
          leftSection={<IconFileExport size={16} />}
          disabled={!items.some((each) => each.state === "approved" && each.total.currency === "EUR")}
          onClick={() =>
            void download("/payouts/transfer-file", {}).catch((error) => notifyFailed(problemText(error)))
          }
        >
          {t("money.transferFile")}
        </Button>
      </Group>
      <DataTable<Payout>
        list={{ items, loading: queue.isPending, error: queue.error, retry: () => void queue.refetch() }}
        columns={columns}
        label={t("money.queue")}
        empty={
          <EmptyState icon={IconCircleCheck} title={t("money.queueEmpty")} text={t("money.queueEmptyText")} />
        }
      />
      {rejecting && <Reject payout={rejecting} onClose={() => setRejecting(null)} />}
      <ConfirmAction
        opened={paying !== null}
        onClose={() => setPaying(null)}
        title={t("money.markPaid")}
        consequence={
          <>
            {t("money.paidText", { who: paying?.organisation_name })} <Money cost={paying?.total} />
          </>
        }
        confirmLabel={t("money.markPaid")}
        harmless
        onConfirm={async () => {
          if (paying) await answerPayout(paying.id, "paid");
        }}
      />
    </Stack>
  );
}
