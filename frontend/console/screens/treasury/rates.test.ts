import { expect, test } from "vitest";
import { inForce, rateText } from "./rates";

test("hundredths of a percent are read as percent", () => {
  expect([250, 50, 0, 1000].map(rateText)).toEqual(["2,5\u{a0}%", "0,5\u{a0}%", "0\u{a0}%", "10\u{a0}%"]);
});

test("the newest set that has begun counts; others follow in their order", () => {
  const sets = ["2026-01-01", "2027-01-01", "2026-07-01", "2026-12-01"].map((from) => ({ from, rules: [] }));
  const { now, next } = inForce(sets, "2026-11-22");
  expect([now?.from, next.map(({ from }) => from)]).toEqual(["2026-07-01", ["2026-12-01", "2027-01-01"]]);
  expect(inForce([], "2026-11-22").now).toBeUndefined();
});
