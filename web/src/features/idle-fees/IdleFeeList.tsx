// All idle fees: what each does in words, and at how many sites it holds.
import { Button, Group, Text } from "@mantine/core";
import { IconHourglassHigh, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { IdleFee } from "@/api/types";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { IdleFeeWords } from "@/ui/IdleFeeWords";
import { Count, Outside } from "@/ui/Values";
import { IdleFeeForm } from "./IdleFeeForm";
import { useIdleFees, useIdleFeeWrites } from "./queries";

export function AddIdleFeeButton() {
  const { t } = useTranslation();
  const may = useMay("tariffs");
  const [adding, setAdding] = useState(false);
  if (!may) return null;
  return (
    <>
      <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
        {t("idleFee.add")}
      </Button>
      {adding && <IdleFeeForm old={null} onClose={() => setAdding(false)} />}
    </>
  );
}

export function IdleFeeList() {
  const { t } = useTranslation();
  const may = useMay("tariffs");
  const list = useIdleFees();
  const { remove } = useIdleFeeWrites();
  const [editing, setEditing] = useState<IdleFee | null>(null);
  const [removing, setRemoving] = useState<IdleFee | null>(null);
  const columns: Column<IdleFee>[] = [
    {
      accessor: "name",
      title: t("idleFee.name"),
      render: (row) => (
        <Text fw={550} size="sm">
          <Outside line text={row.name} />
        </Text>
      ),
    },
    { accessor: "rules", title: t("idleFee.what"), render: (row) => <IdleFeeWords rules={row.rules} /> },
    {
      accessor: "sites",
      title: t("tariff.sites"),
      textAlign: "right",
      render: (row) => <Count value={row.site_ids.length} />,
    },
  ];
  if (may)
    columns.push({
      accessor: "actions",
      title: <span className="visually-hidden">{t("table.actions")}</span>,
      textAlign: "right",
      render: (row) => (
        <Group gap={4} justify="flex-end" wrap="nowrap">
          <Button size="compact-sm" variant="default" onClick={() => setEditing(row)}>
            {t("idleFee.change")}
          </Button>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setRemoving(row)}>
            {t("idleFee.remove")}
          </Button>
        </Group>
      ),
    });
  return (
    <>
      <DataTable<IdleFee>
        list={list}
        columns={columns}
        label={t("idleFee.title")}
        minWidth={680}
        empty={
          <EmptyState
            icon={IconHourglassHigh}
            title={t("idleFee.none")}
            text={t("idleFee.noneText")}
            action={<AddIdleFeeButton />}
          />
        }
      />
      {editing && <IdleFeeForm old={editing} onClose={() => setEditing(null)} />}
      <ConfirmAction
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={t("idleFee.removeTitle", { name: removing?.name })}
        consequence={t("idleFee.removeText")}
        confirmLabel={t("idleFee.remove")}
        onConfirm={async () => {
          if (removing) await remove(removing.id);
        }}
      />
    </>
  );
}
