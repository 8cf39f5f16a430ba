// Money and time as people here write them.
import { language } from "./words";

/** `45.000 ₫`, in both languages; the space does not break. */
export function dong(amount: number): string {
  const digits = Math.abs(amount).toString().replace(/\B(?=(\d{3})+$)/g, ".");
  return `${amount < 0 ? "−" : ""}${digits}\u{a0}₫`;
}

/** The day of `moment` in Vietnam, as ISO text: the exchange's day is the same wherever the phone thinks it is. */
export function day(moment: Date = new Date()): string {
  // Vietnam keeps UTC+7 all year.
  return new Date(moment.getTime() + 7 * 60 * 60 * 1000).toISOString().slice(0, 10);
}

/** `21/11/2026` */
export function dayText(iso: string): string {
  const [year, month, date] = iso.slice(0, 10).split("-");
  return `${date}/${month}/${year}`;
}

const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Ho_Chi_Minh" });

/** `06:30` */
export function timeText(rfc3339: string): string {
  return clock.format(new Date(rfc3339));
}
