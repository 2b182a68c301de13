// Limits over time as steps, one line for each course; the same in words below it.
import { useId } from "react";
import { knownZone } from "@/lib/format";
import { useLocale } from "@/ui/Values";
import classes from "./StepChart.module.css";

const WIDTH = 1_000;
const HEIGHT = 120;
const HOUR = 3_600_000;

export interface Course {
  name: string;
  steps: { at: string; value: number }[];
  kind: "should" | "says";
}

interface StepChartProps {
  label: string;
  from: string;
  until: string;
  zone: string;
  /** The largest value there can be. */
  top: number;
  /** Said of a value: 16 A. */
  words: (value: number) => string;
  courses: Course[];
}

/** A path of steps from `from` to `until`; what began before holds at the beginning. Pure. */
export function stepPath(
  steps: { at: string; value: number }[],
  x: (at: number) => number,
  y: (value: number) => number,
  span: { from: number; until: number },
): string {
  let path = "";
  for (const step of steps) {
    const at = Math.max(Date.parse(step.at), span.from);
    if (at >= span.until) break;
    path +=
      path === ""
        ? `M${x(at).toFixed(1)},${y(step.value).toFixed(1)}`
        : `H${x(at).toFixed(1)}V${y(step.value).toFixed(1)}`;
  }
  return path === "" ? "" : `${path}H${x(span.until).toFixed(1)}`;
}

export function StepChart({ label, from, until, zone, top, words, courses }: StepChartProps) {
  const locale = useLocale();
  const id = useId();
  const timeZone = knownZone(zone);
  const span = { from: Date.parse(from), until: Date.parse(until) };
  const x = (at: number) => ((at - span.from) / (span.until - span.from)) * WIDTH;
  const y = (value: number) => HEIGHT - 4 - (Math.min(value, top) / Math.max(top, 1)) * (HEIGHT - 8);
  const clock = (at: number) =>
    new Date(at).toLocaleTimeString(locale, { timeZone, hour: "2-digit", minute: "2-digit" });
  const every = Math.max(HOUR, Math.ceil((span.until - span.from) / HOUR / 4) * HOUR);
  const ticks: number[] = [];
  for (let at = Math.ceil(span.from / HOUR) * HOUR; at < span.until; at += every) ticks.push(at);
  const sentence = (course: Course) =>
    `${course.name}: ${course.steps.map((step) => `${clock(Date.parse(step.at))} ${words(step.value)}`).join(", ")}`;
  return (
    <figure className={classes.figure} aria-label={label}>
      <div className={classes.plot}>
        <div className={classes.axis} aria-hidden>
          <span>{words(top)}</span>
          <span>{words(0)}</span>
        </div>
        <div>
          <svg
            className={classes.svg}
            viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
            preserveAspectRatio="none"
            role="img"
            aria-labelledby={id}
          >
            <title id={id}>{courses.map(sentence).join(". ")}</title>
            {courses.map((course) => (
              <path
                key={course.name}
                d={stepPath(course.steps, x, y, span)}
                className={classes.line}
                data-kind={course.kind}
                vectorEffect="non-scaling-stroke"
              />
            ))}
          </svg>
          <div className={classes.ticks} aria-hidden>
            {ticks.map((at) => (
              <span key={at} style={{ left: `${x(at) / (WIDTH / 100)}%` }}>
                {clock(at)}
              </span>
            ))}
          </div>
        </div>
      </div>
      <figcaption className={classes.legend}>
        {courses.map((course) => (
          <span key={course.name} className={classes.entry}>
            <i className={classes.sample} data-kind={course.kind} aria-hidden /> {course.name}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}
