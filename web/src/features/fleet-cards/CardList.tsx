// Fleet cards: who has which, what was charged with them, and what can be done with one.
import { ActionIcon, Button, Group, Menu, Stack } from "@mantine/core";
import {
  IconBan,
  IconCheck,
  IconCreditCard,
  IconDots,
  IconPlus,
  IconReceipt,
  IconReplace,
} from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { FleetCard } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { FilterSelect, SearchBox } from "@/ui/Filters";
import { RouteLink } from "@/ui/Links";
import { ExportMenu } from "@/ui/list/ExportMenu";
import { ToneBadge } from "@/ui/StatusBadge";
import { Energy, Money, Outside, Timestamp } from "@/ui/Values";
import { ActivateCard, NoteUse, OrderCard, ReplaceCard } from "./CardForms";
import { useCardWrites, useFleetCards } from "./queries";

type What = "activate" | "replace" | "use" | "cancel";
const TONES = { ordered: "amber", active: "green", cancelled: "grey" } as const;

export function OrderCardButton() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  if (!useMay("drivers")) return null;
  return (
    <>
      <Button leftSection={<IconPlus size={16} />} onClick={() => set({ add: "1" })}>
        {t("card.order")}
      </Button>
      {url.add === "1" && <OrderCard onClose={() => set({ add: undefined })} />}
    </>
  );
}

function CardMenu({ card, ask }: { card: FleetCard; ask: (what: What) => void }) {
  const { t } = useTranslation();
  if (card.status === "cancelled") return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("fleet.actions", { name: card.number ?? card.driver_name })}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {card.status === "ordered" && (
          <Menu.Item leftSection={<IconCheck size={16} />} onClick={() => ask("activate")}>
            {t("card.activate")}
          </Menu.Item>
        )}
        {card.status === "active" && (
          <Menu.Item leftSection={<IconReceipt size={16} />} onClick={() => ask("use")}>
            {t("card.noteUse")}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconReplace size={16} />} onClick={() => ask("replace")}>
          {t("card.replace")}
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconBan size={16} />} onClick={() => ask("cancel")}>
          {t("card.cancel")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export function CardList() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const mayEdit = useMay("drivers");
  const mayExport = useMay("export");
  const { cancel } = useCardWrites();
  const filter = { q: url.q, status: url.status };
  const list = useFleetCards(filter);
  const [asked, setAsked] = useState<{ what: What; card: FleetCard } | null>(null);
  const done = () => setAsked(null);
  const statuses = ["ordered", "active", "cancelled"].map((value) => ({
    value,
    label: t(`card.status.${value}`),
  }));
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <SearchBox label={t("card.search")} />
        <FilterSelect name="status" label={t("card.state")} choices={statuses} />
        {mayExport && (
          <Group ml="auto">
            <ExportMenu route="/fleet-cards/export" query={filter} />
          </Group>
        )}
      </Group>
      <DataTable<FleetCard>
        list={list}
        label={t("card.title")}
        minWidth={860}
        columns={[
          {
            accessor: "driver_name",
            title: t("card.driver"),
            render: (row) => (
              <RouteLink to="/drivers/$id" params={{ id: row.driver_id }}>
                <Outside line text={row.driver_name || t("usage.gone")} />
              </RouteLink>
            ),
          },
          {
            accessor: "number",
            title: t("card.number"),
            render: (row) => <Outside line mono text={row.number} />,
          },
          {
            accessor: "status",
            title: t("card.state"),
            render: (row) => (
              <ToneBadge tone={TONES[row.status as keyof typeof TONES] ?? "grey"}>
                {t(`card.status.${row.status}`)}
              </ToneBadge>
            ),
          },
          {
            accessor: "delivery",
            title: t("card.delivery"),
            render: (row) => t(`card.${row.delivery}`),
          },
          {
            accessor: "energy_wh",
            title: t("card.totalEnergy"),
            textAlign: "right",
            render: (row) => <Energy wh={row.energy_wh} />,
          },
          {
            accessor: "cost",
            title: t("card.totalCost"),
            textAlign: "right",
            render: (row) => <Money cost={{ amount: row.cost, currency: row.currency }} />,
          },
          {
            accessor: "ordered_at",
            title: t("card.orderedAt"),
            render: (row) => <Timestamp at={row.ordered_at} />,
          },
          {
            accessor: "actions",
            title: <span className="visually-hidden">{t("table.actions")}</span>,
            textAlign: "right",
            hidden: !mayEdit,
            render: (row) => <CardMenu card={row} ask={(what) => setAsked({ what, card: row })} />,
          },
        ]}
        empty={
          url.q || url.status ? (
            <EmptyState icon={IconCreditCard} title={t("card.noneMatch")} />
          ) : (
            <EmptyState
              icon={IconCreditCard}
              title={t("card.none")}
              text={t("card.noneText")}
              action={
                mayEdit ? <Button onClick={() => set({ add: "1" })}>{t("card.order")}</Button> : undefined
              }
            />
          )
        }
      />
      {asked?.what === "activate" && <ActivateCard card={asked.card} onClose={done} />}
      {asked?.what === "replace" && <ReplaceCard card={asked.card} onClose={done} />}
      {asked?.what === "use" && <NoteUse card={asked.card} onClose={done} />}
      <ConfirmAction
        opened={asked?.what === "cancel"}
        onClose={done}
        title={t("card.cancel")}
        consequence={t("card.cancelText", { name: asked?.card.driver_name })}
        confirmLabel={t("card.cancel")}
        onConfirm={async () => {
          if (asked) await cancel(asked.card.id);
        }}
      />
    </Stack>
  );
}
