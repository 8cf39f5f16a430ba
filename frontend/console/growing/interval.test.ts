import { expect, test } from "vitest";
import { newDraft } from "../outbox/draft";
import type { DiaryLine } from "../wire";
import { dayOf, firstFreeDay, plusDays, sprayings } from "./interval";

const spraying = (on: string, days: number) => ({ on, days });

test("days are counted over months and leap days", () => {
  expect(plusDays("2026-02-27", 2)).toBe("2026-03-01");
  expect(plusDays("2028-02-28", 1)).toBe("2028-02-29");
});

test("the day the interval ends is free, and the later interval counts", () => {
  const told = [spraying("2026-10-01", 7), spraying("2026-09-20", 21)];
  expect(firstFreeDay("2026-10-07", told)?.freeOn).toBe("2026-10-11");
  expect(firstFreeDay("2026-10-11", told)).toBeUndefined();
  expect(firstFreeDay("2026-09-01", told)).toBeUndefined();
});

test("sprayed again while waiting, one waits on", () => {
  const told = [spraying("2026-10-01", 7), spraying("2026-10-06", 7)];
  expect(firstFreeDay("2026-10-05", told)).toEqual({ freeOn: "2026-10-13", because: told[1] });
});

const line = (id: string, days: number, more: Partial<DiaryLine> = {}): DiaryLine => ({
  id, plot_id: "p", batch_id: null, activity: "spraying", happened_at: "2026-11-15T23:30:00+00:00", recorded_at: "2026-11-16T00:00:00+00:00",
  note: "", input_name: "A", interval_days: days, quantity: null, cycle_id: null, correction_of: null, corrected_by: null, late: false, ...more,
});
const draft = (body: Record<string, unknown>, id?: string) => newDraft({ owner: "o", kind: "diary", path: "/api/v1/diary", body }, id);

test("what lies in the outbox counts, what was corrected does not", () => {
  const recorded = [line("a", 70), line("b", 3, { plot_id: "q" }), line("c", 5, { corrected_by: "d" }), line("e", 9, { activity: "watering" })];
  const unsent = draft({ plot_id: "p", activity: "spraying", happened_at: "2026-11-18", input_name: "B", interval_days: 7, correction_of: "a" });
  expect(sprayings(["p"], recorded, [unsent])).toEqual([{ plot_id: "p", on: "2026-11-18", days: 7, product: "B" }]);
  expect(sprayings(["p"], recorded, [{ ...unsent, state: "refused" }]).map(({ days }) => days)).toEqual([70]);
});

test("a draft that the server lists already is counted once", () => {
  const sent = draft({ plot_id: "p", activity: "spraying", happened_at: "2026-11-15", interval_days: 70 }, "a");
  expect(sprayings(["p"], [line("a", 70)], [sent])).toHaveLength(1);
});

test("a moment's day is Vietnam's", () => {
  expect(dayOf("2026-11-15T23:30:00+00:00")).toBe("2026-11-16");
  expect(dayOf("2026-11-15")).toBe("2026-11-15");
});
