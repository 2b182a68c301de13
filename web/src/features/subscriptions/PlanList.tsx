// Subscription plans, and who subscribes to each.
import { ActionIcon, Button, Group, Menu, Modal, Stack } from "@mantine/core";
import {
  IconDots,
  IconPencil,
  IconPlus,
  IconRepeat,
  IconTrash,
  IconUserPlus,
  IconUsers,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Plan } from "@/api/types";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { PlacesText } from "@/ui/PlacesText";
import { ToneBadge } from "@/ui/StatusBadge";
import { Count, Energy, Money, Outside } from "@/ui/Values";
import { PlanForm } from "./PlanForm";
import { plansOptions, usePlanWrites } from "./queries";
import { Subscribe } from "./Subscribe";
import { SubscriptionTable } from "./SubscriptionTable";

type Dialog = "edit" | "remove" | "subscribers" | "subscribe";

function OnSale({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const now = new Date();
  const soon = plan.sale_from && new Date(plan.sale_from) > now;
  const over = plan.sale_to && new Date(plan.sale_to) <= now;
  if (soon) return <ToneBadge tone="amber">{t("plan.soon")}</ToneBadge>;
  if (over) return <ToneBadge tone="grey">{t("plan.over")}</ToneBadge>;
  return <ToneBadge tone="green">{t(plan.public ? "plan.onSale" : "plan.onSaleSelected")}</ToneBadge>;
}

export function PlanList() {
  const { t } = useTranslation();
  const mayEdit = useMay("tariffs");
  const maySubscribe = useMay("drivers");
  const { remove } = usePlanWrites();
  const { data, error, isPending, refetch } = useQuery(plansOptions);
  const [adding, setAdding] = useState(false);
  const [asked, setAsked] = useState<{ what: Dialog; plan: Plan } | null>(null);
  const ask = (what: Dialog, plan: Plan) => () => setAsked({ what, plan });
  const done = () => setAsked(null);
  const items = data?.items ?? [];
  const add = mayEdit && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
      {t("plan.add")}
    </Button>
  );
  return (
    <Stack gap="sm">
      {items.length > 0 && <Group justify="flex-end">{add}</Group>}
      <DataTable<Plan>
        list={{ items, loading: isPending, error, retry: () => void refetch() }}
        label={t("plan.title")}
        minWidth={820}
        columns={[
          {
            accessor: "name",
            title: t("plan.name"),
            render: (row) => (
              <span style={{ fontWeight: 550 }}>
                <Outside line text={row.name} />
              </span>
            ),
          },
          {
            accessor: "cost",
            title: t("plan.cost"),
            render: (row) => (
              <>
                <Money cost={{ amount: row.cost, currency: row.currency }} /> {t(`plan.per.${row.renewal}`)}
              </>
            ),
          },
          {
            accessor: "allowance_wh",
            title: t("plan.allowance"),
            render: (row) =>
              row.allowance_wh === null ? t("plan.unlimited") : <Energy wh={row.allowance_wh} />,
          },
          {
            accessor: "places",
            title: t("plan.places"),
            render: (row) => <PlacesText places={row.places} />,
          },
          { accessor: "sale", title: t("plan.sale"), render: (row) => <OnSale plan={row} /> },
          {
            accessor: "subscribers",
            title: t("plan.subscribers"),
            textAlign: "right",
            render: (row) => <Count value={row.subscribers} />,
          },
          {
            accessor: "actions",
            title: <span className="visually-hidden">{t("table.actions")}</span>,
            textAlign: "right",
            render: (row) => (
              <Menu position="bottom-end">
                <Menu.Target>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={t("fleet.actions", { name: row.name })}
                  >
                    <IconDots size={16} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item leftSection={<IconUsers size={16} />} onClick={ask("subscribers", row)}>
                    {t("plan.subscribers")}
                  </Menu.Item>
                  {maySubscribe && (
                    <Menu.Item leftSection={<IconUserPlus size={16} />} onClick={ask("subscribe", row)}>
                      {t("subscription.add")}
                    </Menu.Item>
                  )}
                  {mayEdit && (
                    <>
                      <Menu.Item leftSection={<IconPencil size={16} />} onClick={ask("edit", row)}>
                        {t("plan.edit")}
                      </Menu.Item>
                      <Menu.Item
                        color="red"
                        leftSection={<IconTrash size={16} />}
                        onClick={ask("remove", row)}
                      >
                        {t("plan.remove")}
                      </Menu.Item>
                    </>
                  )}
                </Menu.Dropdown>
              </Menu>
            ),
          },
        ]}
        empty={
          <EmptyState
            icon={IconRepeat}
            title={t("plan.none")}
            text={t("plan.noneText")}
            action={add || undefined}
          />
        }
      />
      {adding && <PlanForm onClose={() => setAdding(false)} />}
      {asked?.what === "edit" && <PlanForm plan={asked.plan} onClose={done} />}
      {asked?.what === "subscribe" && <Subscribe plan={asked.plan.id} onClose={done} />}
      <Modal
        opened={asked?.what === "subscribers"}
        onClose={done}
        title={t("plan.subscribersOf", { plan: asked?.plan.name })}
        size="xl"
        closeButtonProps={{ "aria-label": t("form.close") }}
      >
        {asked && <SubscriptionTable of={{ plan_id: asked.plan.id }} />}
      </Modal>
      <ConfirmAction
        opened={asked?.what === "remove"}
        onClose={done}
        title={t("plan.remove")}
        consequence={t("plan.removeText", { plan: asked?.plan.name, count: asked?.plan.subscribers ?? 0 })}
        confirmLabel={t("plan.remove")}
        onConfirm={async () => {
          if (asked) await remove(asked.plan.id);
        }}
      />
    </Stack>
  );
}
