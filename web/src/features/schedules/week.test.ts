import { expect, test } from "vitest";
import type { HoursContent } from "@/api/types";
import { contentOf, dayOf, rowsOf } from "./week";

const nothing = { unit: "milli_amps" as const, rate: 0 };

test("a window over midnight is two, and rows come back from windows", () => {
  const row = { key: 0, days: ["1", "7"], from: "22:00", to: "06:00", kind: "kw" as const, amount: 3.7 };
  const content = contentOf([row], { kind: "none", amount: "" });
  const limit = { unit: "watts", rate: 3_700 };
  expect(content).toEqual({
    windows: [
      { day: 1, from: "22:00", to: "24:00", limit },
      { day: 2, from: "00:00", to: "06:00", limit },
      { day: 7, from: "22:00", to: "24:00", limit },
      { day: 1, from: "00:00", to: "06:00", limit },
    ],
    otherwise: nothing,
  });
  expect(rowsOf(content).map((each) => [each.days, each.from, each.to, each.kind, each.amount])).toEqual([
    [["1", "7"], "22:00", "24:00", "kw", 3.7],
    [["2", "1"], "00:00", "06:00", "kw", 3.7],
  ]);
});

test("a day has no gaps", () => {
  const content: HoursContent = {
    windows: [
      { day: 3, from: "16:00", to: "20:00", limit: nothing },
      { day: 3, from: "08:00", to: "11:00", limit: null },
    ],
    otherwise: { unit: "milli_amps", rate: 6_000 },
  };
  expect(dayOf(content, 3).map((band) => [band.from / 60, band.to / 60, band.limit?.rate ?? null])).toEqual([
    [0, 8, 6_000],
    [8, 11, null],
    [11, 16, 6_000],
    [16, 20, 0],
    [20, 24, 6_000],
  ]);
  expect(dayOf(content, 4)).toEqual([{ from: 0, to: 1_440, limit: { unit: "milli_amps", rate: 6_000 } }]);
});
