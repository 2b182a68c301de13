// A price profile as it is typed, and as the server has it. Pure.
import type { PriceProfile, PriceProfileRequest, ProfileComponent } from "@/api/types";

export interface ComponentDraft {
  name: string;
  per_kwh: string;
  /** Hours of the day, "" for all day. */
  from: string;
  until: string;
  weekdays: string[];
  /** Months, "" for all year. */
  first: string;
  last: string;
  taxable: boolean;
  refund: boolean;
}

export interface ProfileDraft extends Record<string, unknown> {
  name: string;
  zone: string;
  currency: string;
  vat: string;
  components: ComponentDraft[];
}

/** The lines of a Danish bill; each is only a name and a beginning. */
export const KINDS = ["supplement", "transmission", "distribution", "state_tax", "refund", "other"] as const;
export type Kind = (typeof KINDS)[number];

export const blank = (name: string, kind: Kind): ComponentDraft => ({
  name,
  per_kwh: "",
  from: "",
  until: "",
  weekdays: [],
  first: "",
  last: "",
  taxable: kind !== "refund",
  refund: kind === "refund",
});

/** As it is typed here, with a point as the API has it. */
const plain = (text: string) => text.trim().replace(",", ".");
export const isPrice = (text: string) => /^\d{1,4}(\.\d{1,6})?$/.test(plain(text));
export const isPercent = (text: string) =>
  /^\d{1,3}(\.\d{1,4})?$/.test(plain(text)) && Number(plain(text)) <= 100;

const pair = (a: string, b: string): [number, number] | null =>
  a === "" || b === "" ? null : [Number(a), Number(b)];

function componentOf(draft: ComponentDraft): ProfileComponent {
  return {
    name: draft.name.trim(),
    per_kwh: plain(draft.per_kwh),
    when: {
      hours: pair(draft.from, draft.until),
      weekdays: draft.weekdays.map(Number).sort((a, b) => a - b),
      months: pair(draft.first, draft.last),
    },
    taxable: draft.taxable && !draft.refund,
    refund: draft.refund,
  };
}

function draftOfComponent({ name, per_kwh, when, taxable, refund }: ProfileComponent): ComponentDraft {
  const text = (value: number | undefined) => (value === undefined ? "" : String(value));
  return {
    name,
    per_kwh,
    from: text(when?.hours?.[0]),
    until: text(when?.hours?.[1]),
    weekdays: (when?.weekdays ?? []).map(String),
    first: text(when?.months?.[0]),
    last: text(when?.months?.[1]),
    taxable: taxable ?? false,
    refund: refund ?? false,
  };
}

export const requestOf = (draft: ProfileDraft): PriceProfileRequest => ({
  name: draft.name.trim(),
  zone: draft.zone,
  currency: draft.currency,
  content: { vat: plain(draft.vat) || "0", components: draft.components.map(componentOf) },
});

export const draftOf = (profile: PriceProfile): ProfileDraft => ({
  name: profile.name,
  zone: profile.zone,
  currency: profile.currency,
  vat: profile.content.vat,
  components: profile.content.components.map(draftOfComponent),
});

/** What can be looked at already: lines that are not typed to their end are left out. */
export function previewable(draft: ProfileDraft): boolean {
  return (
    draft.zone !== "" &&
    isPercent(draft.vat || "0") &&
    draft.components.every((each) => each.name.trim() !== "" && isPrice(each.per_kwh)) &&
    draft.components.every((each) => windowFault(each) === null)
  );
}

/** What is wrong with the times of a line, if anything. */
export function windowFault(draft: ComponentDraft): "hours" | "months" | null {
  if ((draft.from === "") !== (draft.until === "") || (draft.from !== "" && draft.from === draft.until)) {
    return "hours";
  }
  return (draft.first === "") !== (draft.last === "") ? "months" : null;
}
