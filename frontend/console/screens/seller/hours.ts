// Opening hours: as they are edited, and in words.
import { t } from "../../words";
import type { Hours } from "./wire";

/** A usual week of a shop in the country. */
export const USUAL = { opens: "07:00", closes: "17:00" };

/** In the order of the week, then of the day. */
export function ordered(hours: Hours[]): Hours[] {
  return [...hours].sort((a, b) => a.weekday - b.weekday || (a.opens < b.opens ? -1 : 1));
}

/** The first weekday without hours, or Monday: where the next line begins. */
export function nextDay(hours: Hours[]): number {
  return [1, 2, 3, 4, 5, 6, 7].find((day) => hours.every(({ weekday }) => weekday !== day)) ?? 1;
}

/** What is wrong with the lines, by their place: ends before it begins, or meets another of the same day. */
export function faults(hours: Hours[]): (string | undefined)[] {
  return hours.map((line, place) => {
    if (line.opens === "" || line.closes === "" || line.opens >= line.closes) return t("console-hours-wrong");
    const meets = hours.some((other, at) => at < place && other.weekday === line.weekday && other.opens < line.closes && line.opens < other.closes);
    return meets ? t("console-hours-meet") : undefined;
  });
}

export interface Span {
  from: number;
  to: number;
  opens: string;
  closes: string;
}

/** Days with the same hours that follow one another, in one line. */
export function spans(hours: Hours[]): Span[] {
  const lines: Span[] = [];
  for (const { weekday, opens, closes } of ordered(hours)) {
    const before = lines.find((line) => line.to === weekday - 1 && line.opens === opens && line.closes === closes);
    if (before) before.to = weekday;
    else lines.push({ from: weekday, to: weekday, opens, closes });
  }
  return lines;
}
