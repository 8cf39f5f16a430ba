// A field's border as it is walked: corners one after the other, closed at the end.

/** Longitude, then latitude, as GeoJSON (RFC 7946) has it. */
export type Position = [lng: number, lat: number];

export interface Polygon {
  type: "Polygon";
  coordinates: Position[][];
}

export interface Point {
  type: "Point";
  coordinates: Position;
}

export type Geometry = Point | Polygon;

/** The most corners that the server takes, with the closing one. */
export const MOST_CORNERS = 499;

/** A phone's guess is not better than this, however many digits it writes: about a centimetre. */
const round = (degrees: number): number => Math.round(degrees * 1e7) / 1e7;

export function position({ longitude, latitude }: { longitude: number; latitude: number }): Position {
  return [round(longitude), round(latitude)];
}

/** The closed border; `undefined` while there are fewer than three corners. A corner marked twice in a row is one. */
export function closed(corners: Position[]): Polygon | undefined {
  const ring = corners.filter((corner, place) => place === 0 || !same(corner, corners[place - 1]!));
  if (ring.length > 1 && same(ring[0]!, ring.at(-1)!)) ring.pop();
  return ring.length < 3 ? undefined : { type: "Polygon", coordinates: [[...ring, ring[0]!]] };
}

const same = (one: Position, other: Position): boolean => one[0] === other[0] && one[1] === other[1];

const RADIUS_M = 6_371_008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** The area in square metres on the sphere, however the border turns, as the server reckons it. */
export function area({ coordinates }: Polygon): number {
  const reckon = (ring: Position[]): number => {
    const corners = ring.slice(0, -1);
    const base = Math.sin(radians(corners[0]![1]));
    const sum = corners.reduce((sum, [, lat], place) => {
      const before = corners[(place + corners.length - 1) % corners.length]!;
      const after = corners[(place + 1) % corners.length]!;
      return sum + radians(after[0] - before[0]) * (Math.sin(radians(lat)) - base);
    }, 0);
    return Math.abs((sum * RADIUS_M * RADIUS_M) / 2);
  };
  const [border, ...holes] = coordinates.map(reckon);
  return Math.round(Math.max((border ?? 0) - holes.reduce((sum, hole) => sum + hole, 0), 0));
}

/** The border as a drawing of 100 by 100, north above, true to its shape; `undefined` for a point. */
export function outline(geometry: Geometry): string | undefined {
  if (geometry.type !== "Polygon") return undefined;
  const ring = geometry.coordinates[0] ?? [];
  const squeeze = Math.cos(radians(ring[0]?.[1] ?? 0));
  const places = ring.map(([lng, lat]) => [lng * squeeze, -lat] as const);
  const [left, top] = [Math.min(...places.map(([x]) => x)), Math.min(...places.map(([, y]) => y))];
  const span = Math.max(...places.map(([x]) => x - left), ...places.map(([, y]) => y - top)) || 1;
  const path = places.map(([x, y]) => `${(5 + (90 * (x - left)) / span).toFixed(1)} ${(5 + (90 * (y - top)) / span).toFixed(1)}`);
  return `M${path.join("L")}Z`;
}
