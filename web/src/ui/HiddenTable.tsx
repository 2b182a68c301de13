// The figures of a drawing as a table, for those who do not see it.
import { Table } from "@mantine/core";

interface HiddenTableProps<T> {
  caption: string;
  /** The first is the time. */
  heads: string[];
  rows: T[];
  /** A row's name and its cells. */
  cells: (row: T) => [string, ...string[]];
  /** Rows that are read at most: of more each nth. */
  most: number;
}

export function HiddenTable<T>({ caption, heads, rows, cells, most }: HiddenTableProps<T>) {
  const step = Math.max(1, Math.ceil(rows.length / most));
  return (
    <div className="visually-hidden">
      <Table>
        <caption>{caption}</caption>
        <Table.Thead>
          <Table.Tr>
            {heads.map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows
            .filter((_, index) => index % step === 0)
            .map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two moments may read alike
              <Table.Tr key={index}>
                {cells(row).map((cell, column) => (
                  <Table.Td key={heads[column]}>{cell}</Table.Td>
                ))}
              </Table.Tr>
            ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
