// The outlines of land and borders, as one path: public-domain data that comes with the application, so that the map needs no
// service of anybody. Fetched when a map is first shown.
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import { project } from "./mercator";

export interface Outlines {
  land: string;
  borders: string;
}

type Ring = number[][];

function line(ring: Ring): string {
  let text = "";
  let before = 0;
  for (const [index, at] of ring.entries()) {
    const longitude = at[0] ?? 0;
    const { x, y } = project(longitude, at[1] ?? 0);
    // A line across the edge of the world would run through the whole map.
    const jumps = index === 0 || Math.abs(longitude - before) > 180;
    text += `${jumps ? "M" : "L"}${x.toFixed(2)} ${y.toFixed(2)}`;
    before = longitude;
  }
  return text;
}

export async function loadOutlines(): Promise<Outlines> {
  const { default: data } = await import("world-atlas/countries-50m.json");
  const world = data as unknown as Topology<{ land: GeometryCollection; countries: GeometryCollection }>;
  let land = "";
  for (const { geometry } of feature(world, world.objects.land).features) {
    const polygons: Ring[][] =
      geometry.type === "Polygon"
        ? [geometry.coordinates]
        : geometry.type === "MultiPolygon"
          ? geometry.coordinates
          : [];
    for (const ring of polygons.flat()) land += `${line(ring)}Z`;
  }
  const borders = mesh(world, world.objects.countries, (a, b) => a !== b)
    .coordinates.map(line)
    .join("");
  return { land, borders };
}
