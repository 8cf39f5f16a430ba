// Days of a certificate: granted as exactly as people remember it, and held until the end of a day.

/**
 * `9/3/2026`, `3/2026` or `2026` as the API writes it: its length says how exactly it is known. `undefined`: no such day,
 * month or year.
 */
export function readGranted(text: string): string | undefined {
  const [, date, month, year] = /^(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-])?(\d{4})$/.exec(text.trim()) ?? [];
  if (year === undefined) return undefined;
  if (month === undefined) return year;
  const padded = `${year}-${month.padStart(2, "0")}`;
  if (Number(month) < 1 || Number(month) > 12) return undefined;
  if (date === undefined) return padded;
  const iso = `${padded}-${date.padStart(2, "0")}`;
  const real = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(real.getTime()) && real.toISOString().startsWith(iso) ? iso : undefined;
}

/** `09/03/2026`, `03/2026` or `2026`. */
export function grantedText(granted: string): string {
  return granted.split("-").reverse().join("/");
}

/** The first day after `lastDay`: from then on it holds no longer. */
export function endsOn(lastDay: string): string {
  const next = new Date(`${lastDay}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}

/** How many days it still holds after `today`; below 0: it has ended. */
export function daysLeft(lastDay: string, today: string): number {
  return Math.round((Date.parse(lastDay) - Date.parse(today)) / 86_400_000);
}
