import { expect, test, vi } from "vitest";

vi.mock("../words", () => ({ language: "vi", t: (id: string) => id }));
const { newDraft } = await import("../outbox/draft");
const { lines } = await import("./diary/lines");
const { rows } = await import("./day/rows");

test("a diary line is shown once, whether it lies in the outbox, on the server, or in both", () => {
  const body = { plot_id: "p", activity: "weeding", happened_at: "2026-11-21T01:00:00Z", note: "cỏ" };
  const [both, waiting] = [newDraft({ owner: "a", kind: "diary", path: "/api/v1/diary", body }), newDraft({ owner: "a", kind: "diary", path: "/api/v1/diary", body: { ...body, happened_at: "2026-11-22" } })];
  const line = { id: both.id, plot_id: "p", batch_id: null, activity: "weeding", happened_at: body.happened_at, recorded_at: "", note: "cỏ", input_name: null, interval_days: null };
  expect(lines([line], [both, waiting]).map(({ id, state }) => [id, state])).toEqual([[waiting.id, "waiting"], [both.id, "sent"]]);
});

test("a day shows the sales of its stall and of its day in Vietnam, each once", () => {
  const sale = (happened_at: string, stall = "s") => newDraft({ owner: "a", kind: "sale", path: `/api/v1/stalls/${stall}/sales`, body: { amount: 1000, happened_at } });
  // 17:00 UTC is midnight in Vietnam.
  const [today, yesterday, elsewhere] = [sale("2026-11-20T17:00:00Z"), sale("2026-11-20T16:59:59Z"), sale("2026-11-21T01:00:00Z", "t")];
  const told = { id: today.id, stall_id: "s", amount: 1000, happened_at: "2026-11-20T17:00:00Z", recorded_at: "", note: "", confirmed: null, payment: null };
  expect(rows([], [today, yesterday, elsewhere], "s", "2026-11-21").map(({ id }) => id)).toEqual([today.id]);
  expect(rows([told], [today], "s", "2026-11-21").map(({ id, draft }) => [id, draft])).toEqual([[today.id, undefined]]);
});
