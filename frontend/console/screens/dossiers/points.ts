// Points of the OCOP council, counted in hundredths so that nothing is lost on the way. Decision 26/2026: A at most 40,
// B 25, C 35; 90 and more are five stars, 70 four, 50 three, and less gets none.

export const PARTS = { a: 40, b: 25, c: 35 } as const;
export type Part = keyof typeof PARTS;

const BANDS = [[9000, 5], [7000, 4], [5000, 3]] as const;

/** Hundredths of a point, of what was typed with a comma or a point; `undefined`: no number from 0 to `most`. */
export function readPoints(text: string, most: number): number | undefined {
  const [, whole, part = ""] = /^(\d{1,3})(?:[.,](\d{1,2}))?$/.exec(text.trim()) ?? [];
  if (whole === undefined) return undefined;
  const points = Number(whole) * 100 + Number(part.padEnd(2, "0"));
  return points <= most * 100 ? points : undefined;
}

/** The stars that so many hundredths come to; `null`: none. */
export function band(points: number): 3 | 4 | 5 | null {
  return BANDS.find(([from]) => points >= from)?.[1] ?? null;
}

/** As the API writes them: `87.5`. */
export function pointsWire(points: number): string {
  const part = String(points % 100).padStart(2, "0").replace(/0+$/, "");
  return `${Math.floor(points / 100)}${part && `.${part}`}`;
}

/** As people write them: `87,5`. */
export function pointsText(wire: string): string {
  return wire.replace(".", ",");
}
