// Everybody who may sign in for this organisation.
import { ActionIcon, Button, Group, Menu, Stack, Text } from "@mantine/core";
import { IconDots, IconPencil, IconShieldCheck, IconUserMinus, IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLogin, useMay } from "@/api/login";
import type { Member } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { SearchBox } from "@/ui/Filters";
import { ExportMenu } from "@/ui/list/ExportMenu";
import { ToneBadge } from "@/ui/StatusBadge";
import { Outside, Timestamp } from "@/ui/Values";
import { EditDialog } from "./Dialogs";
import { useMembers, useOperatorWrites } from "./queries";

function RowMenu({ row, onEdit, onRemove }: { row: Member; onEdit: () => void; onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t("operators.actions", { name: row.name })}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={onEdit}>
          {t("operators.changeRights")}
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconUserMinus size={16} />} onClick={onRemove}>
          {t("operators.remove")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function useColumns(onEdit: (row: Member) => void, onRemove: (row: Member) => void): Column<Member>[] {
  const { t } = useTranslation();
  const { operator } = useLogin();
  return [
    {
      accessor: "name",
      title: t("operators.name"),
      render: (row) => (
        <Group gap={6} wrap="nowrap">
          <Outside text={row.name} />
          {row.id === operator.id && <ToneBadge tone="grey">{t("operators.you")}</ToneBadge>}
        </Group>
      ),
    },
    { accessor: "email", title: t("operators.email"), render: (row) => <Outside text={row.email} /> },
    {
      accessor: "role",
      title: t("operators.role"),
      render: (row) => (
        <>
          {t(`role.${row.role}`)}
          {row.own_permissions && (
            <Text size="xs" c="dimmed">
              {t("operators.ownRights")}
            </Text>
          )}
        </>
      ),
    },
    {
      accessor: "sites",
      title: t("operators.scope"),
      render: (row) =>
        row.sites ? t("operators.siteCount", { count: row.sites.length }) : t("operators.everySite"),
    },
    {
      accessor: "second_factor",
      title: t("operators.secondFactor"),
      render: (row) =>
        row.second_factor ? (
          <ToneBadge tone="green">{t("operators.on")}</ToneBadge>
        ) : (
          <ToneBadge tone="grey">{t("operators.off")}</ToneBadge>
        ),
    },
    {
      accessor: "last_seen_at",
      title: t("operators.lastSeen"),
      render: (row) => <Timestamp at={row.last_seen_at} />,
    },
    {
      accessor: "actions",
      title: <span className="visually-hidden">{t("table.actions")}</span>,
      textAlign: "right",
      render: (row) => <RowMenu row={row} onEdit={() => onEdit(row)} onRemove={() => onRemove(row)} />,
    },
  ];
}

export function OperatorList() {
  const { t } = useTranslation();
  const [url] = useUrlState();
  const { organisation } = useLogin();
  const mayExport = useMay("export");
  const list = useMembers(url.q);
  const { remove } = useOperatorWrites();
  const [editing, setEditing] = useState<Member | null>(null);
  const [removing, setRemoving] = useState<Member | null>(null);
  return (
    <Stack gap="sm">
      <Group gap="xs" justify="space-between">
        <SearchBox label={t("operators.search")} />
        {mayExport && <ExportMenu route="/operators/export" query={{ text: url.q }} />}
      </Group>
      <DataTable<Member>
        list={list}
        columns={useColumns(setEditing, setRemoving)}
        label={t("operators.list")}
        minWidth={820}
        empty={<EmptyState icon={IconUsers} title={t("operators.noneMatch")} />}
      />
      {editing && <EditDialog member={editing} onClose={() => setEditing(null)} />}
      <ConfirmAction
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={t("operators.remove")}
        consequence={
          <Text>{t("operators.removeText", { name: removing?.name, organisation: organisation.name })}</Text>
        }
        confirmLabel={t("operators.remove")}
        onConfirm={async () => {
          if (removing) await remove(removing.id);
        }}
      />
    </Stack>
  );
}

/** Whether everybody needs a second factor; for administrators. */
export function SecondFactorRule() {
  const { t } = useTranslation();
  const { organisation } = useLogin();
  const { demandSecondFactor } = useOperatorWrites();
  const [asking, setAsking] = useState(false);
  const demanded = organisation.second_factor_required;
  return (
    <Group justify="space-between" gap="sm">
      <Group gap={8} wrap="nowrap" style={{ flex: "1 1 260px" }}>
        <IconShieldCheck size={18} aria-hidden style={{ flex: "none" }} />
        <Text size="sm">{t(demanded ? "operators.factorDemanded" : "operators.factorFree")}</Text>
      </Group>
      <Button variant="default" size="xs" onClick={() => setAsking(true)}>
        {t(demanded ? "operators.factorRelease" : "operators.factorDemand")}
      </Button>
      <ConfirmAction
        opened={asking}
        onClose={() => setAsking(false)}
        title={t(demanded ? "operators.factorRelease" : "operators.factorDemand")}
        consequence={
          <Text>{t(demanded ? "operators.factorReleaseText" : "operators.factorDemandText")}</Text>
        }
        confirmLabel={t(demanded ? "operators.factorRelease" : "operators.factorDemand")}
        harmless
        onConfirm={() => demandSecondFactor(organisation.id, !demanded)}
      />
    </Group>
  );
}
