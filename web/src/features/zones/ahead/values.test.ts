import { describe, expect, it } from "vitest";
import { areaOf, costsOf, faultsOf, inputOf, stepsOf, valuesOf } from "./values";

const at = (minute: number) => new Date(minute * 60_000).toISOString();

describe("the form of a plan", () => {
  it("begins with four hours and twenty kilowatt-hours, and wants a price profile", () => {
    const values = valuesOf(null);
    expect([values.stay_h, values.energy_kwh, values.peak_price]).toEqual(["4", "20", "0"]);
    expect(faultsOf(values)).toEqual(["price_profile_id"]);
  });

  it("sends millionths, minutes and watt-hours, whatever the decimal sign", () => {
    const values = {
      ...valuesOf(null),
      price_profile_id: "7",
      peak_price: "52,5",
      stay_h: "1.5",
      energy_kwh: "12",
    };
    expect(faultsOf(values)).toEqual([]);
    expect(inputOf(values, true)).toEqual({
      enabled: true,
      aim: "price",
      price_profile_id: "7",
      carbon_price: 0,
      peak_price: 52_500_000,
      stay_min: 90,
      energy_wh: 12_000,
    });
    expect(inputOf({ ...values, aim: "carbon" }, false).peak_price).toBe(0);
  });

  it("names what is no number", () => {
    const values = {
      ...valuesOf(null),
      price_profile_id: "7",
      peak_price: "much",
      stay_h: "",
      energy_kwh: "-1",
    };
    expect(faultsOf(values)).toEqual(["peak_price", "stay_h", "energy_kwh"]);
  });
});

describe("what a plan costs", () => {
  const plan = {
    cost: 40,
    cost_at_once: 36,
    peak_w: 10_000,
    peak_at_once_w: 33_000,
    peak_so_far_w: 8_000,
    currency: "DKK",
  };

  it("counts what a higher draw of the month adds", () => {
    expect(costsOf(plan, 0)).toEqual({ planned: 40, atOnce: 36, isMore: false });
    expect(costsOf(plan, 5)).toEqual({ planned: 50, atOnce: 161, isMore: true });
    expect(costsOf({ ...plan, peak_so_far_w: 50_000 }, 5).atOnce).toBe(36);
  });

  it("adds no money to carbon dioxide", () => {
    expect(costsOf({ ...plan, currency: null }, 5)).toEqual({ planned: 40, atOnce: 36, isMore: false });
  });
});

describe("the chart of a plan", () => {
  const rows = [
    { from: at(0), until: at(5), load: 10, cars: 0 },
    { from: at(5), until: at(20), load: 10, cars: 20 },
  ];
  const size = { width: 100, height: 50, top: 50 };

  it("makes steps as wide as they last", () => {
    expect(stepsOf(rows, size, (row) => row.load + row.cars)).toBe("M0.0 40.0H25.0L25.0 20.0H100.0");
  });

  it("closes an area along what is below it", () => {
    const area = areaOf(
      rows,
      size,
      (row) => row.load + row.cars,
      (row) => row.load,
    );
    expect(area).toBe("M0.0 40.0H25.0L25.0 20.0H100.0L100.0 40.0H25.0L25.0 40.0H0.0Z");
    expect(
      areaOf(
        [],
        size,
        () => 1,
        () => 0,
      ),
    ).toBe("");
  });
});
