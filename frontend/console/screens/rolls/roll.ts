// A roll as the server tells of it, and the files that print it.
import type { Format } from "../batches/labels";
import { MOST_LABELS } from "../batches/labels";

/** Stickers of one roll at most. */
export const MOST_STICKERS = 5000;

export interface Roll {
  id: string;
  commune_code: string;
  commune: string;
  first: number;
  last: number;
  count: number;
  bound: number;
  template: string;
  /** RFC 3339. */
  made_at: string;
}

export interface RollFile {
  path: string;
  name: string;
  from: number;
  to: number;
}

/** The files that hold all stickers of a roll, in order. */
export function files(roll: Roll, format: Format): RollFile[] {
  const found: RollFile[] = [];
  for (let from = roll.first; from <= roll.last; from += MOST_LABELS) {
    const to = Math.min(from + MOST_LABELS - 1, roll.last);
    found.push({
      path: `/api/v1/rolls/${roll.id}/labels.${format}?from=${from}&count=${to - from + 1}`,
      name: `cuon-${roll.commune_code}-${String(from).padStart(6, "0")}.${format}`,
      from,
      to,
    });
  }
  return found;
}
