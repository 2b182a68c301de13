import { describe, expect, it } from "vitest";
import { chosen, type ListColumn } from "./columns";

const columns: ListColumn<object>[] = [
  { accessor: "name" as never, fixed: true },
  { accessor: "status" as never },
  { accessor: "serial" as never, optional: true },
];

describe("columns", () => {
  it("are those the list proposes until somebody chooses", () => {
    expect(chosen(columns, undefined, null)).toEqual(["status"]);
  });
  it("are those of the address before those of the browser", () => {
    expect(chosen(columns, "serial", "status")).toEqual(["serial"]);
    expect(chosen(columns, undefined, "serial,gone")).toEqual(["serial"]);
  });
  it("may all be taken away but the fixed ones", () => {
    expect(chosen(columns, undefined, "none")).toEqual([]);
  });
});
