// A tariff as most people have one: prices that hold unless a time of day, a weekday or a season has others. Pure.
import type { PriceComponent, TariffElement, TariffRules } from "@/api/types";
import { millionths, perHour, perMinute } from "@/lib/decimal";
import { WEEKDAYS } from "@/lib/weekdays";

/** When something else holds, and what. Empty prices stay as they usually are. */
export interface Block {
  from: string;
  to: string;
  weekdays: string[];
  start_date: string;
  end_date: string;
  energy: string;
  minute: string;
}

export interface Simple {
  vat: string;
  included: boolean;
  energy: string;
  minute: string;
  occupied: string;
  flat: string;
  min: string;
  max: string;
  blocks: Block[];
}

export const NO_BLOCK: Block = {
  from: "",
  to: "",
  weekdays: [],
  start_date: "",
  end_date: "",
  energy: "",
  minute: "",
};

export const EMPTY: Simple = {
  vat: "25",
  included: true,
  energy: "",
  minute: "",
  occupied: "",
  flat: "",
  min: "",
  max: "",
  blocks: [],
};

/** Time is charged by the minute that has begun. */
const MINUTE_S = 60;

export const isClock = (text: string) => /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/.test(text);

function component(
  dimension: PriceComponent["dimension"],
  price: string | undefined,
  vat: string,
): PriceComponent[] {
  if (price === undefined || price === "") return [];
  const timed = dimension === "session_time" || dimension === "occupied_time";
  return [
    { dimension, price: price.replace(",", "."), step: timed ? MINUTE_S : 1, ...(vat === "" ? {} : { vat }) },
  ];
}

function blockElement(block: Block, vat: string): TariffElement {
  return {
    components: [
      ...component("energy", block.energy, vat),
      ...component("session_time", block.minute && perHour(block.minute), vat),
    ],
    restrictions: {
      ...(block.from ? { start_time: block.from } : {}),
      ...(block.to ? { end_time: block.to } : {}),
      ...(block.weekdays.length > 0
        ? { weekdays: WEEKDAYS.filter((day) => block.weekdays.includes(day)) }
        : {}),
      ...(block.start_date ? { start_date: block.start_date } : {}),
      ...(block.end_date ? { end_date: block.end_date } : {}),
    },
  };
}

/** The rules that these prices come to. A tariff without a price is one of nothing. */
export function rulesOf(simple: Simple, currency: string): TariffRules {
  const { vat } = simple;
  const usual = [
    ...component("flat", simple.flat, vat),
    ...component("energy", simple.energy, vat),
    ...component("session_time", simple.minute && perHour(simple.minute), vat),
    ...component("occupied_time", simple.occupied && perHour(simple.occupied), vat),
  ];
  const free = component("flat", "0.00", vat);
  const limit = (amount: string) =>
    amount === "" ? undefined : { [simple.included ? "with_vat" : "without_vat"]: amount.replace(",", ".") };
  const min = limit(simple.min);
  const max = limit(simple.max);
  return {
    currency,
    prices: simple.included ? "with_vat" : "without_vat",
    elements: [
      ...simple.blocks.map((block) => blockElement(block, vat)),
      { components: usual.length > 0 ? usual : free },
    ],
    ...(min ? { min_price: min } : {}),
    ...(max ? { max_price: max } : {}),
  };
}

const BLOCK_KEYS = ["start_time", "end_time", "weekdays", "start_date", "end_date"];

function blockOf(element: TariffElement): Block | undefined {
  const r = element.restrictions ?? {};
  const given = Object.entries(r).filter(([, value]) => value !== undefined && value !== null);
  if (given.length === 0 || given.some(([key]) => !BLOCK_KEYS.includes(key))) return undefined;
  const block: Block = {
    ...NO_BLOCK,
    from: r.start_time ?? "",
    to: r.end_time ?? "",
    weekdays: r.weekdays ?? [],
    start_date: r.start_date ?? "",
    end_date: r.end_date ?? "",
  };
  for (const each of element.components) {
    if (each.dimension === "energy" && (each.step ?? 1) === 1) block.energy = each.price;
    else if (each.dimension === "session_time" && each.step === MINUTE_S) {
      const minute = perMinute(each.price);
      if (minute === undefined) return undefined;
      block.minute = minute;
    } else return undefined;
  }
  return block;
}

/** Rules as the short form shows them; `undefined` where they say more than it can. */
export function simpleOf(rules: TariffRules): Simple | undefined {
  const [last] = rules.elements.slice(-1);
  const rates = new Set(rules.elements.flatMap((each) => each.components.map((one) => one.vat ?? "")));
  if (!last || rates.size > 1) return undefined;
  if (Object.values(last.restrictions ?? {}).some((value) => value !== undefined && value !== null))
    return undefined;
  const simple: Simple = {
    ...EMPTY,
    vat: [...rates][0] ?? "",
    included: rules.prices === "with_vat",
    blocks: [],
  };
  for (const element of rules.elements.slice(0, -1)) {
    const block = blockOf(element);
    if (!block) return undefined;
    simple.blocks.push(block);
  }
  for (const each of last.components) {
    const step = each.step ?? 1;
    const minute = step === MINUTE_S ? perMinute(each.price) : undefined;
    if (each.dimension === "flat") simple.flat = each.price;
    else if (each.dimension === "energy" && step === 1) simple.energy = each.price;
    else if (each.dimension === "session_time" && minute) simple.minute = minute;
    else if (each.dimension === "occupied_time" && minute) simple.occupied = minute;
    else return undefined;
  }
  for (const [name, limit] of [
    ["min", rules.min_price],
    ["max", rules.max_price],
  ] as const) {
    if (!limit) continue;
    const [own, other] = simple.included
      ? [limit.with_vat, limit.without_vat]
      : [limit.without_vat, limit.with_vat];
    if (other || !own) return undefined;
    simple[name] = own;
  }
  return simple;
}

/** Minutes since midnight. */
const minutes = (clock: string) => {
  const [hours = 0, rest = 0] = clock.split(":").map(Number);
  return hours * 60 + rest;
};

/** The stretches of a day that a block covers; one over midnight has two. */
function stretches({ from, to }: Block): [number, number][] {
  const [start, end] = [from ? minutes(from) : 0, to ? minutes(to) : 1440];
  return start < end
    ? [[start, end]]
    : [
        [start, 1440],
        [0, end],
      ];
}

/** Blocks that hold at the same time of the same day, by their places; a block over midnight counts for its first day. */
export function overlapping(blocks: Block[]): [number, number] | undefined {
  for (const [a, one] of blocks.entries()) {
    for (const [b, other] of blocks.entries()) {
      if (b <= a) continue;
      const days = (block: Block) => (block.weekdays.length > 0 ? block.weekdays : [...WEEKDAYS]);
      const sameDay = days(one).some((day) => days(other).includes(day));
      const apart =
        (one.end_date && other.start_date && one.end_date <= other.start_date) ||
        (other.end_date && one.start_date && other.end_date <= one.start_date);
      const sameTime = stretches(one).some(([from, to]) =>
        stretches(other).some(([start, end]) => from < end && start < to),
      );
      if (sameDay && !apart && sameTime) return [a, b];
    }
  }
  return undefined;
}

export const isPrice = (text: string) => text === "" || millionths(text) !== undefined;
