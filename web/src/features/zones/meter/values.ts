// What the form of a meter holds, and what of it is sent.
import type { ZoneFeed } from "@/api/types";

export const LINES = ["L1", "L2", "L3"] as const;
export const WIRES = ["api", "mqtt", "modbus"] as const;
export type WireChoice = (typeof WIRES)[number];

const MEASURES = ["currents", "powers", "total_power"] as const;
export type Measure = (typeof MEASURES)[number];
export const measures = MEASURES;

/** The units of a measure, the usual one first. */
export const unitsOf = (measure: Measure): string[] =>
  measure === "currents" ? ["amperes", "milliamperes"] : ["watts", "kilowatts"];

export const numbersOf = (measure: Measure): number => (measure === "total_power" ? 1 : 3);

export interface TopicValue {
  topic: string;
  pointer: string;
}

export interface MeterValues extends Record<string, unknown> {
  wire: WireChoice;
  measure: Measure;
  unit: string;
  factor: string;
  reversed: boolean;
  with_chargers: boolean;
  mqtt: {
    host: string;
    port: number | string;
    tls: boolean;
    user_name: string;
    password: string;
    values: TopicValue[];
  };
  modbus: {
    host: string;
    port: number | string;
    unit_id: number | string;
    table: string;
    kind: string;
    word_order: string;
    every_s: number | string;
    addresses: (number | string)[];
  };
}

/** Both ends of an encrypted and of a plain connection to a broker. */
export const PORTS = { tls: 8883, plain: 1883, modbus: 502 };

const three = <T>(given: T[], fill: () => T): T[] => LINES.map((_, index) => given[index] ?? fill());

export function valuesOf(feed: ZoneFeed | null): MeterValues {
  const { mqtt = null, modbus = null } = feed ?? {};
  const first = mqtt?.values[0]?.topic;
  const values = (mqtt?.values ?? []).map(({ topic, pointer }, index) => ({
    topic: index > 0 && topic === first ? "" : topic,
    pointer: pointer ?? "",
  }));
  return {
    wire: mqtt ? "mqtt" : modbus ? "modbus" : "api",
    measure: (feed?.measure ?? "currents") as Measure,
    unit: feed?.unit ?? "amperes",
    factor: feed?.factor ?? "1",
    reversed: feed?.reversed ?? false,
    with_chargers: feed?.with_chargers ?? false,
    mqtt: {
      host: mqtt?.host ?? "",
      port: mqtt?.port ?? PORTS.tls,
      tls: mqtt?.tls ?? true,
      user_name: mqtt?.user_name ?? "",
      password: "",
      values: three(values, () => ({ topic: "", pointer: "" })),
    },
    modbus: {
      host: modbus?.host ?? "",
      port: modbus?.port ?? PORTS.modbus,
      unit_id: modbus?.unit_id ?? 1,
      table: modbus?.table ?? "input",
      kind: modbus?.kind ?? "f32",
      word_order: modbus?.word_order ?? "high_first",
      every_s: modbus?.every_s ?? 5,
      addresses: three<number | string>(modbus?.addresses ?? [], () => ""),
    },
  };
}

/** A decimal comma is a decimal point. */
const decimal = (text: string): string => text.trim().replace(",", ".");

export function inputOf(values: MeterValues) {
  const { wire, measure, unit, reversed, with_chargers, mqtt, modbus } = values;
  const numbers = numbersOf(measure);
  const each = { measure, unit, factor: decimal(values.factor) || "1", reversed, with_chargers };
  if (wire === "modbus") {
    return {
      ...each,
      modbus: {
        ...modbus,
        host: modbus.host.trim(),
        port: Number(modbus.port),
        unit_id: Number(modbus.unit_id),
        every_s: Number(modbus.every_s),
        addresses: modbus.addresses.slice(0, numbers).map(Number),
      },
    };
  }
  // Most meters say everything on one topic: named once, it holds for the others too.
  const first = mqtt.values[0]?.topic.trim() ?? "";
  const point = ({ topic, pointer }: TopicValue) => ({
    topic: topic.trim() || first,
    pointer: pointer.trim() || null,
  });
  return {
    ...each,
    mqtt: {
      host: mqtt.host.trim(),
      port: Number(mqtt.port),
      tls: mqtt.tls,
      user_name: mqtt.user_name.trim() || null,
      password: mqtt.password || null,
      values: mqtt.values.slice(0, numbers).map(point),
    },
  };
}

/** What is missing before anything can be sent: names of fields. */
export function missingIn({ wire, measure, mqtt, modbus }: MeterValues): string[] {
  const numbers = numbersOf(measure);
  const blank = (value: unknown) => String(value).trim() === "";
  const missing: string[] = [];
  if (wire === "mqtt") {
    if (blank(mqtt.host)) missing.push("mqtt.host");
    if (blank(mqtt.port)) missing.push("mqtt.port");
    if (blank(mqtt.values[0]?.topic ?? "")) missing.push("mqtt.values.0.topic");
  }
  if (wire === "modbus") {
    for (const field of ["host", "port", "unit_id", "every_s"] as const) {
      if (blank(modbus[field])) missing.push(`modbus.${field}`);
    }
    modbus.addresses.slice(0, numbers).forEach((address, index) => {
      if (blank(address)) missing.push(`modbus.addresses.${index}`);
    });
  }
  return missing;
}

type Kind = Pick<MeterValues, "wire" | "measure" | "unit" | "factor"> & {
  pointers?: string[];
  modbus?: Pick<MeterValues["modbus"], "table" | "kind" | "word_order" | "addresses">;
};

/**
 * Meters whose makers publish how they speak. The topic is the installation's own.
 * Shelly: component EM of the Gen2+ API, whose status is published at `<prefix>/status/em:0`.
 * Eastron: "SDM72D-M User Manual", input registers 30007, 30009 and 30011; SDM630 has the same.
 */
export const KINDS: Record<string, Kind> = {
  shelly: {
    wire: "mqtt",
    measure: "currents",
    unit: "amperes",
    factor: "1",
    pointers: ["/a_current", "/b_current", "/c_current"],
  },
  eastron: {
    wire: "modbus",
    measure: "currents",
    unit: "amperes",
    factor: "1",
    modbus: { table: "input", kind: "f32", word_order: "high_first", addresses: [6, 8, 10] },
  },
};

export function withKind(values: MeterValues, name: string): MeterValues {
  const kind = KINDS[name];
  if (!kind) return values;
  const { pointers, modbus, ...more } = kind;
  const first = values.mqtt.values[0]?.topic || "shellypro3em/status/em:0";
  const found = pointers?.map((pointer, index) => ({ topic: index === 0 ? first : "", pointer }));
  return {
    ...values,
    ...more,
    mqtt: { ...values.mqtt, values: found ?? values.mqtt.values },
    modbus: { ...values.modbus, ...modbus },
  };
}
