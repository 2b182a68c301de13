import { describe, expect, it } from "vitest";
import { around, grouped, place, project, unproject, zoomed } from "./mercator";

describe("the map", () => {
  it("finds back the place it drew", () => {
    for (const [longitude, latitude] of [
      [10.39, 55.4],
      [-70.6, -33.4],
      [0, 0],
    ] as const) {
      const back = unproject(project(longitude, latitude));
      expect(back.longitude).toBeCloseTo(longitude, 9);
      expect(back.latitude).toBeCloseTo(latitude, 9);
    }
  });

  it("keeps the place under the pointer when it comes closer", () => {
    const view = { x: 10, y: -60, width: 40 };
    const point = project(3, 50);
    const before = place(point, view, 0.5);
    const after = place(point, zoomed(view, 0.5, 0.5, before), 0.5);
    expect(after.x).toBeCloseTo(before.x, 9);
    expect(after.y).toBeCloseTo(before.y, 9);
  });

  it("shows every point when asked to", () => {
    const points = [project(10, 55), project(12.6, 55.7), project(9.9, 53.5)];
    const view = around(points, 0.6);
    for (const point of points) {
      const at = place(point, view, 0.6);
      expect(at.x).toBeGreaterThan(0);
      expect(at.x).toBeLessThan(1);
      expect(at.y).toBeGreaterThan(0);
      expect(at.y).toBeLessThan(1);
    }
  });

  it("makes one group of what lies together", () => {
    const points = [project(10.001, 55), project(10.002, 55), project(30, 55)];
    expect(grouped(points, { x: 20, y: -60, width: 40 }, 0.05).map((each) => each.length)).toEqual([2, 1]);
  });
});
