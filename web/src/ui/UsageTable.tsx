// Energy, sessions and cost by charge key, driver, car or team.
import { Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Usage } from "@/api/types";
import { DataTable } from "./DataTable";
import { RouteLink } from "./Links";
import { Count, Energy, Money, Outside, Timestamp } from "./Values";

export type UsageBy = "key" | "driver" | "car" | "team";

interface Props {
  list: { items: Usage[]; loading: boolean; error: Error | null; retry?: () => void };
  by: UsageBy;
  empty: ReactNode;
}

/** A row with a name of its own: one holder has a row for each currency. */
type Row = Omit<Usage, "id"> & { id: string; holder: string | null };

/** A figure's name, with what it means on hover and focus. */
function Defined({ name, meaning }: { name: string; meaning: string }) {
  return (
    <Tooltip label={meaning} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the definition opens on focus */}
      <span tabIndex={0} style={{ borderBottom: "1px dotted currentColor" }}>
        {name}
      </span>
    </Tooltip>
  );
}

function Holder({ row, by }: { row: Row; by: UsageBy }) {
  const { t } = useTranslation();
  const name = row.name || t("usage.gone");
  if (by === "key") {
    return (
      <RouteLink to="/sessions" search={{ key: row.name } as never}>
        <Outside line text={row.name} mono />
      </RouteLink>
    );
  }
  if (by === "driver" && row.holder && row.name) {
    return (
      <RouteLink to="/drivers/$id" params={{ id: row.holder }}>
        <Outside line text={name} />
      </RouteLink>
    );
  }
  return <Outside line text={name} />;
}

export function UsageTable({ list, by, empty }: Props) {
  const { t } = useTranslation();
  const rows = list.items.map((row) => ({
    ...row,
    holder: row.id,
    id: `${row.id ?? row.name} ${row.currency ?? ""}`,
  }));
  return (
    <DataTable<Row>
      list={{ ...list, items: rows }}
      label={t("usage.title")}
      minWidth={720}
      columns={[
        { accessor: "name", title: t(`usage.by.${by}`), render: (row) => <Holder row={row} by={by} /> },
        {
          accessor: "more",
          title: t(`usage.more.${by}`),
          render: (row) => <Outside line text={row.more} />,
        },
        {
          accessor: "sessions",
          title: <Defined name={t("usage.sessions")} meaning={t("usage.sessionsMeaning")} />,
          textAlign: "right",
          render: (row) => <Count value={row.sessions} />,
        },
        {
          accessor: "energy_wh",
          title: <Defined name={t("usage.energy")} meaning={t("usage.energyMeaning")} />,
          textAlign: "right",
          render: (row) => <Energy wh={row.energy_wh} />,
        },
        {
          accessor: "cost",
          title: <Defined name={t("usage.cost")} meaning={t("usage.costMeaning")} />,
          textAlign: "right",
          render: (row) => (
            <Money cost={row.cost && row.currency ? { amount: row.cost, currency: row.currency } : null} />
          ),
        },
        {
          accessor: "last_at",
          title: t("usage.lastSession"),
          render: (row) => <Timestamp at={row.last_at} />,
        },
      ]}
      empty={empty}
    />
  );
}
