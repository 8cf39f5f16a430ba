// The pre-harvest interval (thời gian cách ly), by the same rule as the server's `farm/interval.rs`, over what the phone
// knows: the farmer is warned where there is no signal, before anything is picked.
import { day } from "../figures";
import type { Draft } from "../outbox/draft";
import type { DiaryLine } from "../wire";

export interface Spraying {
  plot_id: string;
  /** ISO. */
  on: string;
  days: number;
  product: string;
}

/** `iso` and so many days. */
export function plusDays(iso: string, days: number): string {
  return new Date(Date.parse(`${iso}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/**
 * The first day from `on` on that lies in no interval, and the spraying it waits for; `undefined` when `on` itself is free.
 * The day on which an interval ends is free.
 */
export function firstFreeDay<S extends Pick<Spraying, "on" | "days">>(on: string, sprayings: S[]): { freeOn: string; because: S } | undefined {
  let found: { freeOn: string; because: S } | undefined;
  for (;;) {
    const date = found?.freeOn ?? on;
    const waits = sprayings
      .map((because) => ({ freeOn: plusDays(because.on, because.days), because }))
      .filter(({ freeOn, because }) => because.on <= date && date < freeOn)
      .sort((a, b) => (a.freeOn < b.freeOn ? 1 : -1))[0];
    if (!waits) return found;
    found = waits;
  }
}

/** What was sprayed on `plots`: what the server has recorded and what still lies in the outbox, without what was corrected. */
export function sprayings(plots: string[], recorded: DiaryLine[], drafts: Draft[]): Spraying[] {
  const known = new Set(recorded.map(({ id }) => id));
  const written = drafts.filter(({ id, kind, state }) => kind === "diary" && state !== "refused" && !known.has(id)).map(({ body }) => body);
  const corrected = new Set([...recorded.filter(({ corrected_by }) => corrected_by).map(({ id }) => id), ...written.map(({ correction_of }) => correction_of)]);
  const told = [...recorded.filter(({ id }) => !corrected.has(id)), ...written.filter(({ id }) => !corrected.has(id))];
  return told.flatMap((line) => {
    const { plot_id, activity, happened_at, interval_days, input_name } = line as Record<string, unknown>;
    if (activity !== "spraying" || typeof plot_id !== "string" || !plots.includes(plot_id)) return [];
    if (typeof interval_days !== "number" || interval_days <= 0) return [];
    const product = typeof input_name === "string" ? input_name : "";
    return [{ plot_id, on: dayOf(String(happened_at)), days: interval_days, product }];
  });
}

/** The day in Vietnam of a moment, or of a bare day. */
export function dayOf(told: string): string {
  return told.length === 10 ? told : day(new Date(told));
}
