// Places on a flat map: web Mercator, in degrees of longitude both ways. Pure.

export interface Point {
  x: number;
  y: number;
}

/** What of the map is shown: its middle, and how many degrees of longitude fit across. */
export interface View extends Point {
  width: number;
}

const EDGE = 85;
/** Narrowest view, in degrees: about a street. Widest: the world. */
const NARROWEST = 0.01;
const WIDEST = 360;

export function project(longitude: number, latitude: number): Point {
  const kept = Math.max(-EDGE, Math.min(EDGE, latitude));
  const turned = (Math.log(Math.tan(Math.PI / 4 + (kept * Math.PI) / 360)) * 180) / Math.PI;
  return { x: longitude, y: -turned };
}

export function unproject({ x, y }: Point): { longitude: number; latitude: number } {
  const latitude = ((2 * Math.atan(Math.exp((-y * Math.PI) / 180)) - Math.PI / 2) * 180) / Math.PI;
  return { longitude: x, latitude };
}

const limited = (width: number) => Math.max(NARROWEST, Math.min(WIDEST, width));

/** The view closer or farther by a factor; the place under `at` (0 to 1 across and down) stays where it is. */
export function zoomed(view: View, factor: number, ratio: number, at: Point = { x: 0.5, y: 0.5 }): View {
  const width = limited(view.width * factor);
  const moved = view.width - width;
  return {
    x: view.x + (at.x - 0.5) * moved,
    y: view.y + (at.y - 0.5) * moved * ratio,
    width,
  };
}

/** A view that shows all points with some room around them. */
export function around(points: Point[], ratio: number): View {
  if (points.length === 0) return { x: 10, y: -50, width: 60 };
  const xs = points.map((each) => each.x);
  const ys = points.map((each) => each.y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const width = Math.max((right - left) * 1.3, ((bottom - top) * 1.3) / ratio, 1.5);
  return { x: (left + right) / 2, y: (top + bottom) / 2, width: limited(width) };
}

/** Where a point is on the screen, in parts of its width and height. */
export function place(point: Point, view: View, ratio: number): Point {
  return {
    x: (point.x - view.x) / view.width + 0.5,
    y: (point.y - view.y) / (view.width * ratio) + 0.5,
  };
}

/** Points that would lie on each other are one group. `cell` is in parts of the width. */
export function grouped<T extends Point>(points: T[], view: View, cell: number): T[][] {
  const groups = new Map<string, T[]>();
  const size = view.width * cell;
  for (const point of points) {
    const key = `${Math.floor(point.x / size)} ${Math.floor(point.y / size)}`;
    const group = groups.get(key);
    if (group) group.push(point);
    else groups.set(key, [point]);
  }
  return [...groups.values()];
}
