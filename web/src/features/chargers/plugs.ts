// What a form says of a charger's plugs, and what is sent. Pure.
import type { Station } from "@/api/types";

export const CONNECTOR_KINDS = [
  "type2",
  "type2_cable",
  "ccs2",
  "chademo",
  "type1",
  "ccs1",
  "nacs",
  "gbt_ac",
  "gbt_dc",
  "domestic",
  "other",
] as const;

/** Plugs that give direct current. */
const DIRECT = ["ccs2", "ccs1", "chademo", "gbt_dc"];

export interface PlugInput {
  kind: string;
  /** In kW, as it is typed. */
  power: number | string;
  current: "ac" | "dc";
}

export const NEW_PLUG: PlugInput = { kind: "type2", power: 22, current: "ac" };

/** Another kind of plug brings its current along. */
export const withKind = (plug: PlugInput, kind: string): PlugInput => ({
  ...plug,
  kind,
  current: DIRECT.includes(kind) ? "dc" : kind === "nacs" || kind === "other" ? plug.current : "ac",
});

export interface EvseInput {
  evse: number;
  max_power_w: number | null;
  current: string | null;
  connectors: { connector: number; kind: string }[];
}

/** Each plug charges one car at a time: an EVSE of its own. */
export const evsesOf = (plugs: PlugInput[]): EvseInput[] =>
  plugs.map((plug, index) => ({
    evse: index + 1,
    max_power_w: plug.power === "" ? null : Math.round(Number(plug.power) * 1_000),
    current: plug.current,
    connectors: plug.kind ? [{ connector: 1, kind: plug.kind }] : [],
  }));

export const plugsOf = (station: Station): PlugInput[] =>
  station.evses.map((evse) => ({
    kind: evse.connectors[0]?.kind ?? "",
    power: evse.max_power_w === null ? "" : evse.max_power_w / 1_000,
    current: evse.current === "dc" ? "dc" : "ac",
  }));
