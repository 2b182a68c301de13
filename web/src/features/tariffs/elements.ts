// Every part of a tariff as fields of a form: texts in kWh, kW, A and minutes, and back. Pure.
import type { PriceComponent, TariffElement, TariffRestrictions } from "@/api/types";

export const DIMENSIONS = ["energy", "charging_time", "occupied_time", "session_time", "flat"] as const;

export interface ComponentFields {
  dimension: PriceComponent["dimension"];
  price: string;
  vat: string;
  /** Wh for energy, seconds for time. */
  step: string;
}

/** Limits are written in larger units than they are kept in. */
export const LIMITS = [
  ["energy_wh", 1_000],
  ["power_w", 1_000],
  ["current_ma", 1_000],
  ["duration_s", 60],
] as const;
export type LimitName = (typeof LIMITS)[number][0];

export interface ElementFields {
  components: ComponentFields[];
  start_time: string;
  end_time: string;
  start_date: string;
  end_date: string;
  weekdays: string[];
  min: Record<LimitName, string>;
  max: Record<LimitName, string>;
}

const noLimits = (): Record<LimitName, string> => ({
  energy_wh: "",
  power_w: "",
  current_ma: "",
  duration_s: "",
});

export const newComponent = (vat: string): ComponentFields => ({
  dimension: "energy",
  price: "0.00",
  vat,
  step: "1",
});

export const newElement = (vat: string): ElementFields => ({
  components: [newComponent(vat)],
  start_time: "",
  end_time: "",
  start_date: "",
  end_date: "",
  weekdays: [],
  min: noLimits(),
  max: noLimits(),
});

export function fieldsOf(element: TariffElement): ElementFields {
  const r: TariffRestrictions = element.restrictions ?? {};
  const fields: ElementFields = {
    components: element.components.map((each) => ({
      dimension: each.dimension,
      price: each.price,
      vat: each.vat ?? "",
      step: String(each.step ?? 1),
    })),
    start_time: r.start_time ?? "",
    end_time: r.end_time ?? "",
    start_date: r.start_date ?? "",
    end_date: r.end_date ?? "",
    weekdays: r.weekdays ?? [],
    min: noLimits(),
    max: noLimits(),
  };
  for (const [name, per] of LIMITS) {
    const text = (value: number | null | undefined) => (typeof value === "number" ? String(value / per) : "");
    fields.min[name] = text(r[`min_${name}`]);
    fields.max[name] = text(r[`max_${name}`]);
  }
  return fields;
}

export function elementOf(fields: ElementFields): TariffElement {
  const r: TariffRestrictions = {};
  for (const name of ["start_time", "end_time", "start_date", "end_date"] as const)
    if (fields[name]) r[name] = fields[name];
  if (fields.weekdays.length > 0) r.weekdays = fields.weekdays as TariffRestrictions["weekdays"];
  for (const [name, per] of LIMITS) {
    const value = (text: string) => Math.round(Number(text.replace(",", ".")) * per);
    if (fields.min[name] !== "") r[`min_${name}`] = value(fields.min[name]);
    if (fields.max[name] !== "") r[`max_${name}`] = value(fields.max[name]);
  }
  return {
    components: fields.components.map((each) => ({
      dimension: each.dimension,
      price: each.price.replace(",", "."),
      step: Number(each.step) || 1,
      ...(each.vat === "" ? {} : { vat: each.vat }),
    })),
    ...(Object.keys(r).length > 0 ? { restrictions: r } : {}),
  };
}
