// Money and time as people here write them.
import { language, t } from "./words";

/** `45.000 ₫`, in both languages; the space does not break. */
export function dong(amount: number): string {
  return `${amount < 0 ? "−" : ""}${countText(Math.abs(amount))}\u{a0}₫`;
}

/** `9.863`: how many of something. */
export function countText(count: number): string {
  return count.toString().replace(/\B(?=(\d{3})+$)/g, ".");
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

/** `5 phút trước`: how long ago something was, in the largest unit that fits. */
export function ageText(then: number, now = Date.now()): string {
  const minutes = Math.max(Math.floor((now - then) / 60_000), 0);
  if (minutes < 1) return t("console-age-now");
  if (minutes < 60) return t("console-age-minutes", { count: minutes });
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? t("console-age-hours", { count: hours }) : t("console-age-days", { count: Math.floor(hours / 24) });
}

/** A moment as a field for day and hour takes it, in Vietnam's time: `2026-11-21T06:30`. */
export function fieldTime(rfc3339: string): string {
  return new Date(new Date(rfc3339).getTime() + 7 * 60 * 60 * 1000).toISOString().slice(0, 16);
}

/** And back, with its offset. */
export function ofFieldTime(typed: string): string {
  return `${typed}:00+07:00`;
}

/** `06:30 · 21/11/2026` */
export function momentText(rfc3339: string): string {
  return `${timeText(rfc3339)} · ${dayText(day(new Date(rfc3339)))}`;
}
