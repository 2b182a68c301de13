// The charger's settings as it last told them.
import { TextInput } from "@mantine/core";
import { IconAdjustments, IconLock, IconSearch } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Variable } from "@/api/types";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { Outside, Timestamp } from "@/ui/Values";
import { useVariables } from "./queries";

const nameOf = (each: Variable): string =>
  [
    each.component &&
      (each.component_instance ? `${each.component}[${each.component_instance}]` : each.component),
    each.instance ? `${each.name}[${each.instance}]` : each.name,
  ]
    .filter(Boolean)
    .join(" · ");

interface VariableTabProps {
  id: string;
  /** Draws what changes or reads settings: it belongs to another feature. */
  actions: ReactNode;
  edit: (variable: Variable) => ReactNode;
}

export function VariableTab({ id, actions, edit }: VariableTabProps) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useVariables(id);
  const [text, setText] = useState("");
  const items = (data ?? []).filter((each) =>
    `${nameOf(each)} ${each.value ?? ""}`.toLowerCase().includes(text.trim().toLowerCase()),
  );
  return (
    <>
      <div style={{ display: "flex", gap: 8, marginBottom: 12, flexWrap: "wrap" }}>
        <TextInput
          aria-label={t("variable.search")}
          placeholder={t("variable.search")}
          leftSection={<IconSearch size={16} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          w={260}
        />
        {actions}
      </div>
      <DataTable<Variable & { id?: string }>
        list={{ items, loading: isPending, error, retry: () => void refetch() }}
        rowKey={(each) => `${nameOf(each)} ${each.attribute ?? ""}`}
        label={t("variable.list")}
        columns={[
          {
            accessor: "name",
            title: t("variable.name"),
            render: (each) => <Outside text={nameOf(each)} mono />,
          },
          {
            accessor: "value",
            title: t("variable.value"),
            render: (each) => <Outside text={each.value} mono />,
          },
          {
            accessor: "readonly",
            title: t("variable.readonly"),
            width: 110,
            render: (each) =>
              each.readonly ? <IconLock size={15} role="img" aria-label={t("variable.readonly")} /> : null,
          },
          {
            accessor: "seen_at",
            title: t("variable.seen"),
            render: (each) => <Timestamp at={each.seen_at} />,
          },
          {
            accessor: "edit",
            title: <span className="visually-hidden">{t("table.actions")}</span>,
            textAlign: "right",
            render: (each) => (each.readonly ? null : edit(each)),
          },
        ]}
        empty={<EmptyState icon={IconAdjustments} title={t("variable.none")} text={t("variable.noneText")} />}
      />
    </>
  );
}
