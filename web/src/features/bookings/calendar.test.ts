import { describe, expect, it } from "vitest";
import { addDays, within } from "./BookingCalendar";

const at = (clock: string) => `2026-03-02T${clock}:00Z`;
const [from, to] = ["2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"];

describe("the calendar", () => {
  it("draws a booking where its time is", () => {
    expect(within({ starts_at: at("06:00"), ends_at: at("12:00") }, from, to)).toEqual({
      left: 25,
      width: 25,
    });
  });
  it("cuts what goes over midnight, and leaves out other days", () => {
    const over = { starts_at: "2026-03-01T18:00:00Z", ends_at: at("06:00") };
    expect(within(over, from, to)).toEqual({ left: 0, width: 25 });
    expect(within({ starts_at: "2026-03-01T18:00:00Z", ends_at: from }, from, to)).toBeNull();
  });
  it("goes on over the end of a month", () => {
    expect(addDays("2026-02-27", 2)).toBe("2026-03-01");
    expect(addDays("2026-03-01", -1)).toBe("2026-02-28");
  });
});
