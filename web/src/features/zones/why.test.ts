import { expect, test } from "vitest";
import type { ZoneEvse } from "@/api/types";
import { most, queueOf, whyOf } from "./why";

const evse = (more: Partial<ZoneEvse>): ZoneEvse => ({
  zone_id: "1",
  station_id: "2",
  evse: 1,
  online: true,
  session_id: null,
  limit_ma: 0,
  max_ma: 32_000,
  drawn_ma: null,
  default_ma: 6_000,
  holds_default: true,
  why: "idle",
  by_zone_id: null,
  line: null,
  place: null,
  refused: null,
  planned_from: null,
  ...more,
});

test("a limit says which circuit and phase decided it", () => {
  const why = whyOf(evse({ why: "circuit", by_zone_id: "7", line: "l2" }), (zone) => `Zone ${zone}`);
  expect(why).toEqual({ key: "circuit", values: { zone: "Zone 7", line: "L2", place: 0 } });
});

test("a refusal is told in the charger's own word", () => {
  expect(whyOf(evse({ why: "refuses", refused: "Rejected" }), String).key).toBe("refusesSaying");
  expect(whyOf(evse({ why: "refuses" }), String).key).toBe("refuses");
});

test("the queue stands in its order", () => {
  const queue = queueOf([evse({ why: "waiting", place: 2 }), evse({}), evse({ why: "waiting", place: 1 })]);
  expect(queue.map((each) => each.place)).toEqual([1, 2]);
  expect(most({ l1: 1, l2: 3, l3: 2 })).toBe(3);
});
