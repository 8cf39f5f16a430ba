// Days that are looked at together.

/** What the server looks through at once. */
const MOST_DAYS = 92;
const DAY_MS = 24 * 60 * 60 * 1000;

/** From the first of the month to today. */
export function thisMonthSoFar(today: string): { from: string; to: string } {
  return { from: `${today.slice(0, 7)}-01`, to: today };
}

/** Why these days cannot be looked at: the id of a message. */
export function rangeFault(from: string, to: string): string | undefined {
  if (from === "" || to === "" || from > to) return "console-range-order";
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  return days > MOST_DAYS ? "console-range-long" : undefined;
}
