import { expect, test, vi } from "vitest";

vi.mock("../../words", () => ({ language: "vi", t: (id: string) => id }));
const { cycleBody, faultsOf, typedCycle } = await import("./cycle");

const whole = { name: "Tết", opens: "2026-12-01T07:00", closes: "2026-12-05T18:00", handOver: "2026-12-06", modes: ["pickup" as const], listings: ["l"], note: "" };

test("a cycle closes after it opens and hands over no earlier than it closes", () => {
  expect(faultsOf(whole)).toEqual({});
  expect(faultsOf({ ...whole, closes: whole.opens })).toEqual({ "/closes_at": "console-cycle-closes-wrong" });
  expect(faultsOf({ ...whole, handOver: "2026-12-04" })).toEqual({ "/hand_over_on": "console-cycle-hand-over-wrong" });
  expect(Object.keys(faultsOf(typedCycle()))).toEqual(["/name", "/opens_at", "/closes_at", "/hand_over_on", "/modes", "/listing_ids"]);
});

test("its times are Vietnam's", () => {
  expect(cycleBody(whole)).toMatchObject({ opens_at: "2026-12-01T07:00:00+07:00", hand_over_on: "2026-12-06" });
});
