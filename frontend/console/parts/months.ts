// Months of a calendar, as the API writes them: `2026-11`.
import { day } from "../figures";

/** The month of today in Vietnam. */
export function thisMonth(now = new Date()): string {
  return day(now).slice(0, 7);
}

export function monthBeside(month: string, by: -1 | 1): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  const count = year * 12 + number - 1 + by;
  return `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, "0")}`;
}

/** `11/2026` */
export function monthText(month: string): string {
  const [year, number] = month.split("-");
  return `${number}/${year}`;
}

/** The month an address asks for, unless it lies ahead or is none. */
export function monthAsked(asked: string | null, now = thisMonth()): string {
  return asked && /^20\d\d-(0[1-9]|1[0-2])$/.test(asked) && asked <= now ? asked : now;
}
