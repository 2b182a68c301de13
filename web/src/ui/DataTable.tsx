// The one table: skeleton, empty state, failure, keyset paging, rows that can be opened. Rows never jump by themselves.
import { Button, Center, Paper, Text } from "@mantine/core";
import {
  type DataTableColumn,
  type DataTableProps,
  type DataTableSortStatus,
  DataTable as Table,
} from "mantine-datatable";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { List } from "@/api/pages";
import { Failure } from "./Failure";
import { Waiting } from "./Waiting";

export type Column<T> = DataTableColumn<T>;
export type Sort<T> = DataTableSortStatus<T>;

interface Props<T> {
  list: Pick<List<T>, "items" | "loading" | "error"> & Partial<List<T>>;
  columns: Column<T>[];
  /** For screen readers: what the table holds. */
  label: string;
  empty: ReactNode;
  onOpen?: (row: T) => void;
  expansion?: DataTableProps<T>["rowExpansion"];
  sort?: Sort<T>;
  onSort?: (sort: Sort<T>) => void;
  minWidth?: number;
  rowKey?: (row: T) => string;
  /** Rows that are ticked, for work on many at once. */
  selected?: T[];
  /** How a row is called where it is ticked. */
  rowName?: (row: T) => string;
  onSelect?: (rows: T[]) => void;
  /** Inside a panel: without its own border and count. */
  plain?: boolean;
}

export function DataTable<T extends { id?: string }>(props: Props<T>) {
  const {
    list,
    columns,
    label,
    empty,
    onOpen,
    expansion,
    sort,
    onSort,
    minWidth = 720,
    rowKey,
    selected,
    onSelect,
    rowName,
    plain,
  } = props;
  const { t } = useTranslation();
  if (list.error && list.items.length === 0) return <Failure error={list.error} retry={list.retry} />;
  if (list.loading) return <Waiting />;
  if (list.items.length === 0) return plain ? empty : <Paper>{empty}</Paper>;
  return (
    <div aria-busy={list.stale ?? false} style={list.stale ? { opacity: 0.55 } : undefined}>
      <Table<T>
        records={list.items}
        columns={columns}
        idAccessor={(row: T) => (rowKey ? rowKey(row) : (row.id ?? ""))}
        withTableBorder={!plain}
        borderRadius={plain ? 0 : "md"}
        highlightOnHover
        verticalSpacing={7}
        horizontalSpacing="sm"
        minHeight={0}
        fz="sm"
        backgroundColor="var(--fc-panel)"
        borderColor="var(--fc-line)"
        rowBorderColor="var(--fc-line)"
        highlightOnHoverColor="var(--fc-hover)"
        scrollAreaProps={{
          type: "auto",
          // The bar stands below the last row, not on it.
          offsetScrollbars: "present",
          viewportProps: { tabIndex: 0, role: "region", "aria-label": label },
        }}
        styles={{ table: { minWidth } }}
        {...(onOpen ? { onRowClick: ({ record }: { record: T }) => onOpen(record) } : {})}
        {...((selected && onSelect
          ? {
              selectedRecords: selected,
              onSelectedRecordsChange: onSelect,
              allRecordsSelectionCheckboxProps: { "aria-label": t("list.selectAll") },
              getRecordSelectionCheckboxProps: (row: T) => ({
                "aria-label": t("list.selectRow", { name: rowName?.(row) ?? row.id }),
              }),
            }
          : {}) as object)}
        {...(expansion ? { rowExpansion: expansion } : {})}
        {...((sort && onSort ? { sortStatus: sort, onSortStatusChange: onSort } : {}) as object)}
      />
      {!plain && (
        <Center mt="sm">
          {list.more ? (
            <Button variant="default" size="xs" loading={list.loadingMore} onClick={list.loadMore}>
              {t("table.more", { count: list.items.length })}
            </Button>
          ) : (
            <Text size="xs" c="dimmed">
              {t("table.all", { count: list.items.length })}
            </Text>
          )}
        </Center>
      )}
    </div>
  );
}
