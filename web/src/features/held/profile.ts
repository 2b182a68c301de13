// A standing limit as people say it, and as a charging profile. Pure.
import type { ChargingProfile } from "@/api/types";

export interface Step {
  /** Time of the day, `06:30`. */
  from: string;
  /** In amperes or watts, as text of a field. */
  limit: string;
}

export interface LimitInput {
  id: number;
  purpose: "station_max" | "default";
  unit: "milli_amps" | "watts";
  level: number;
  steps: Step[];
}

const secondsOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 3_600 + minutes * 60;
};

/** Amperes are typed and watts are typed; the profile counts milliamperes and watts. */
const counted = (limit: string, unit: LimitInput["unit"]): number =>
  Math.round(Number(limit.replace(",", ".")) * (unit === "milli_amps" ? 1_000 : 1));

/** One step holds always; several are the steps of every day, from its midnight `dayStart`. */
export function profileOf(input: LimitInput, dayStart: string): ChargingProfile {
  const periods = input.steps
    .map((step) => ({ start_s: secondsOf(step.from), limit: counted(step.limit, input.unit) }))
    .sort((a, b) => a.start_s - b.start_s);
  const always = periods.length === 1;
  return {
    id: input.id,
    stack_level: input.level,
    purpose: input.purpose,
    kind: always ? "absolute" : "recurring",
    ...(always ? {} : { recurrency: "daily" as const }),
    schedules: [
      {
        unit: input.unit,
        starts_at: dayStart,
        periods: periods.map((each, index) => (index === 0 ? { ...each, start_s: 0 } : each)),
        ...(always ? {} : { duration_s: 86_400 }),
      },
    ],
  };
}

export const isLimit = (text: string): boolean => /^\d+([.,]\d+)?$/.test(text.trim());

/** The steps of a profile in a line: `16 A`, or `00:00 16 A, 22:00 32 A`. */
export function stepsOf(profile: ChargingProfile): string {
  const schedule = profile.schedules[0];
  if (!schedule) return "";
  const unit = schedule.unit === "milli_amps" ? "A" : "W";
  const limit = (value: number) => `${schedule.unit === "milli_amps" ? value / 1_000 : value} ${unit}`;
  if (schedule.periods.length === 1) return limit(schedule.periods[0]?.limit ?? 0);
  const time = (seconds: number) =>
    `${String(Math.floor(seconds / 3_600)).padStart(2, "0")}:${String(Math.floor(seconds / 60) % 60).padStart(2, "0")}`;
  return schedule.periods.map((each) => `${time(each.start_s)} ${limit(each.limit)}`).join(", ");
}
