import { describe, expect, it } from "vitest";
import { endForField, endFromField, inMode, inWords, likeMonday, modeOf } from "./hours";

const name = (day: number) => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][day - 1] ?? "";

describe("opening hours", () => {
  it("keeps what was entered when the mode is changed and back", () => {
    const week = inMode("week", null);
    expect(week?.week).toHaveLength(5);
    expect(modeOf(week)).toBe("week");
    expect(modeOf(inMode("always", week))).toBe("always");
    expect(inMode("unknown", week)).toBeNull();
  });

  it("says days with the same hours together", () => {
    const hours = inMode("week", null);
    if (!hours) throw new Error("hours");
    hours.week.push({ day: 6, from: "10:00", to: "24:00" });
    expect(inWords(hours, name)).toEqual(["Mon–Fri 08:00–18:00", "Sat 10:00–24:00"]);
  });

  it("copies a Monday with a break", () => {
    const monday = {
      always: false,
      exceptions: [],
      week: [
        { day: 1, from: "08:00", to: "12:00" },
        { day: 1, from: "13:00", to: "17:00" },
        { day: 3, from: "01:00", to: "02:00" },
        { day: 6, from: "10:00", to: "12:00" },
      ],
    };
    expect(inWords(likeMonday(monday), name)).toEqual([
      "Mon–Fri 08:00–12:00, 13:00–17:00",
      "Sat 10:00–12:00",
    ]);
  });

  it("has a midnight at the end of a day", () => {
    expect(endFromField("00:00")).toBe("24:00");
    expect(endForField("24:00")).toBe("00:00");
    expect(endForField("18:30")).toBe("18:30");
  });
});
