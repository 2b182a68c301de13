// The form of a site's booking rules and the rules themselves: what is optional there is a switch here.
import type { BookingRules } from "@/api/types";
import { millionths } from "@/lib/decimal";

export const SLOT_MINUTES = [15, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1440];

export interface RulesForm extends Record<string, unknown> {
  enabled: boolean;
  allDay: boolean;
  from: string;
  to: string;
  slot_min: number | string;
  slots_max: number | string;
  buffer_min: number | string;
  priced: "site" | "kwh" | "minute";
  amount: string;
  freeKwh: number | string;
  fee: string;
  otherFee: boolean;
  feeFuture: string;
  vat: string;
  blocks: boolean;
  grace_min: number | string;
  blockingAmount: string;
  every_min: number | string;
  noShow: boolean;
  no_show_min: number | string;
  mix: boolean;
  carry_over: boolean;
  late: boolean;
  refund: boolean;
  tell_station: boolean;
  stations: string[];
}

/** `0.00` is an empty field: nothing. */
const price = (text: string | null | undefined) => (text && millionths(text) !== 0n ? text : "");

export function formOf(rules: BookingRules): RulesForm {
  return {
    enabled: rules.enabled,
    allDay: rules.from === "00:00" && rules.to === "24:00",
    from: rules.from,
    to: rules.to,
    slot_min: rules.slot_min,
    slots_max: rules.slots_max ?? 1,
    buffer_min: rules.buffer_min ?? 0,
    priced: rules.price?.per ?? "site",
    amount: rules.price?.amount ?? "",
    freeKwh: (rules.free_wh ?? 0) / 1_000,
    fee: price(rules.fee),
    otherFee: rules.fee_future !== null && rules.fee_future !== undefined,
    feeFuture: price(rules.fee_future),
    vat: rules.vat ?? "",
    blocks: Boolean(rules.blocking),
    grace_min: rules.blocking?.grace_min ?? 10,
    blockingAmount: rules.blocking?.amount ?? "",
    every_min: rules.blocking?.every_min ?? 10,
    noShow: rules.no_show_min !== null && rules.no_show_min !== undefined,
    no_show_min: rules.no_show_min ?? 15,
    mix: rules.mix,
    carry_over: rules.carry_over,
    late: rules.assign === "late",
    refund: rules.refund,
    tell_station: rules.tell_station ?? false,
    stations: rules.stations ?? [],
  };
}

const decimal = (text: string) => text.trim().replace(",", ".");
const amount = (text: string) => decimal(text) || "0";

export function rulesOf(form: RulesForm, currency: string): BookingRules {
  return {
    enabled: form.enabled,
    currency,
    ...(form.vat.trim() ? { vat: decimal(form.vat) } : {}),
    from: form.allDay ? "00:00" : form.from,
    to: form.allDay ? "24:00" : form.to,
    slot_min: Number(form.slot_min),
    slots_max: Number(form.slots_max),
    buffer_min: Number(form.buffer_min),
    ...(form.priced === "site" ? {} : { price: { per: form.priced, amount: amount(form.amount) } }),
    free_wh: form.priced === "minute" ? 0 : Math.round(Number(form.freeKwh) * 1_000),
    fee: amount(form.fee),
    ...(form.otherFee ? { fee_future: amount(form.feeFuture) } : {}),
    ...(form.blocks
      ? {
          blocking: {
            grace_min: Number(form.grace_min),
            amount: amount(form.blockingAmount),
            every_min: Number(form.every_min),
          },
        }
      : {}),
    ...(form.noShow ? { no_show_min: Number(form.no_show_min) } : {}),
    mix: form.mix,
    carry_over: form.carry_over,
    assign: form.late ? "late" : "at_booking",
    refund: form.refund,
    tell_station: form.tell_station,
    stations: form.stations,
  };
}

/** Where the server found a fault, in the names of the form. */
export const FIELD_OF: Record<string, string> = {
  "/enabled": "enabled",
  "/from": "from",
  "/to": "to",
  "/slot_min": "slot_min",
  "/slots_max": "slots_max",
  "/buffer_min": "buffer_min",
  "/price/amount": "amount",
  "/free_wh": "freeKwh",
  "/fee": "fee",
  "/fee_future": "feeFuture",
  "/vat": "vat",
  "/blocking/grace_min": "grace_min",
  "/blocking/amount": "blockingAmount",
  "/blocking/every_min": "every_min",
  "/no_show_min": "no_show_min",
  "/stations": "stations",
};
