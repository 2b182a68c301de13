// Subscriptions of a plan or a driver: how much of the period's allowance is used, until when they hold.
import { Button, Progress, Stack, Text } from "@mantine/core";
import { IconRepeat } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Subscription } from "@/api/types";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { RouteLink } from "@/ui/Links";
import { ToneBadge } from "@/ui/StatusBadge";
import { Energy, Outside, Timestamp } from "@/ui/Values";
import { subscriptionsOptions, usePlanWrites } from "./queries";

function State({ of }: { of: Subscription }) {
  const { t } = useTranslation();
  if (of.ended_at) return <ToneBadge tone="grey">{t("subscription.ended")}</ToneBadge>;
  if (of.cancelled_at) return <ToneBadge tone="amber">{t("subscription.cancelled")}</ToneBadge>;
  return <ToneBadge tone="green">{t("subscription.running")}</ToneBadge>;
}

function Used({ of }: { of: Subscription }) {
  const { t } = useTranslation();
  if (of.allowance_wh === null) {
    return (
      <>
        <Energy wh={of.used_wh} /> · {t("plan.unlimited")}
      </>
    );
  }
  const percent = Math.min(100, Math.round((of.used_wh / of.allowance_wh) * 100));
  return (
    <Stack gap={2}>
      <Text size="sm">
        <Energy wh={of.used_wh} /> / <Energy wh={of.allowance_wh} />
      </Text>
      <Progress value={percent} size="sm" aria-label={t("subscription.usedPercent", { percent })} />
    </Stack>
  );
}

export function SubscriptionTable({ of }: { of: { plan_id?: string; driver_id?: string } }) {
  const { t } = useTranslation();
  const mayEdit = useMay("drivers");
  const { cancel } = usePlanWrites();
  const { data, error, isPending, refetch } = useQuery(subscriptionsOptions(of));
  const [leaving, setLeaving] = useState<Subscription | null>(null);
  return (
    <>
      <DataTable<Subscription>
        list={{ items: data?.items ?? [], loading: isPending, error, retry: () => void refetch() }}
        label={t("subscription.title")}
        minWidth={640}
        columns={[
          of.driver_id
            ? {
                accessor: "plan_name",
                title: t("plan.one"),
                render: (row) => <Outside line text={row.plan_name} />,
              }
            : {
                accessor: "driver_name",
                title: t("subscription.driver"),
                render: (row) => (
                  <RouteLink to="/drivers/$id" params={{ id: row.driver_id }}>
                    <Outside line text={row.driver_name || t("usage.gone")} />
                  </RouteLink>
                ),
              },
          {
            accessor: "used_wh",
            title: t("subscription.used"),
            render: (row) => <Used of={row} />,
          },
          {
            accessor: "period_to",
            title: t("subscription.periodTo"),
            render: (row) => <Timestamp at={row.period_to} />,
          },
          { accessor: "state", title: t("subscription.state"), render: (row) => <State of={row} /> },
          {
            accessor: "actions",
            title: <span className="visually-hidden">{t("table.actions")}</span>,
            textAlign: "right",
            hidden: !mayEdit,
            render: (row) =>
              row.cancelled_at || row.ended_at ? null : (
                <Button
                  size="compact-sm"
                  variant="subtle"
                  aria-label={t("subscription.cancelOf", { name: row.driver_name })}
                  onClick={() => setLeaving(row)}
                >
                  {t("subscription.cancel")}
                </Button>
              ),
          },
        ]}
        empty={
          <EmptyState icon={IconRepeat} title={t("subscription.none")} text={t("subscription.noneText")} />
        }
      />
      <ConfirmAction
        opened={leaving !== null}
        onClose={() => setLeaving(null)}
        title={t("subscription.cancel")}
        consequence={t("subscription.cancelText", { plan: leaving?.plan_name, name: leaving?.driver_name })}
        confirmLabel={t("subscription.cancel")}
        onConfirm={async () => {
          if (leaving) await cancel(leaving.id);
        }}
      />
    </>
  );
}
