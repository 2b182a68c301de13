// Which columns of a list are shown: as the address says, else as this browser remembers, else as the list proposes.
import { useState } from "react";
import { useUrlState } from "@/lib/urlState";
import type { Column } from "../DataTable";

export type ListColumn<T> = Column<T> & {
  /** The word for it in the chooser, when its title is no plain text. */
  name?: string;
  /** Shown only when chosen. */
  optional?: boolean;
  /** Cannot be taken away: without it a row is nobody's. */
  fixed?: boolean;
};

export interface ColumnChoice {
  accessor: string;
  name: string;
  shown: boolean;
}

export interface Columns<T> {
  /** Those to draw. */
  columns: Column<T>[];
  choices: ColumnChoice[];
  choose: (accessor: string, shown: boolean) => void;
  reset: () => void;
}

const storedAt = (page: string) => `forecourt.columns.${page}`;
const parts = (text: string | null | undefined) => text?.split(",").filter(Boolean);

/** Names of the columns that are shown, of those that may be chosen. */
export function chosen<T>(
  columns: ListColumn<T>[],
  url: string | undefined,
  stored: string | null,
): string[] {
  const free = columns.filter((column) => !column.fixed);
  const wanted = parts(url) ?? parts(stored);
  const shown = wanted
    ? free.filter((column) => wanted.includes(String(column.accessor)))
    : free.filter((column) => !column.optional);
  return shown.map((column) => String(column.accessor));
}

export function useColumns<T>(page: string, columns: ListColumn<T>[]): Columns<T> {
  const [url, set] = useUrlState();
  const [stored, setStored] = useState(() => localStorage.getItem(storedAt(page)));
  const shown = chosen(columns, url.cols, stored);
  const keep = (names: string[] | null) => {
    const text = names === null ? null : names.join(",") || "none";
    if (text === null) localStorage.removeItem(storedAt(page));
    else localStorage.setItem(storedAt(page), text);
    setStored(text);
    if (url.cols !== undefined) set({ cols: text ?? undefined });
  };
  return {
    columns: columns.filter((column) => column.fixed || shown.includes(String(column.accessor))),
    choices: columns
      .filter((column) => !column.fixed)
      .map((column) => ({
        accessor: String(column.accessor),
        name: column.name ?? (typeof column.title === "string" ? column.title : String(column.accessor)),
        shown: shown.includes(String(column.accessor)),
      })),
    choose: (accessor, show) => keep(show ? [...shown, accessor] : shown.filter((name) => name !== accessor)),
    reset: () => keep(null),
  };
}
