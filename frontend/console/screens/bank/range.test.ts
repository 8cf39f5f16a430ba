import { expect, test } from "vitest";
import { rangeFault, thisMonthSoFar } from "./range";

test("a month begins on its first", () => expect(thisMonthSoFar("2026-11-22")).toEqual({ from: "2026-11-01", to: "2026-11-22" }));

test("days run forward, a quarter of a year at most", () => {
  expect(rangeFault("2026-11-01", "2026-11-01")).toBeUndefined();
  expect(rangeFault("2026-11-02", "2026-11-01")).toBe("console-range-order");
  expect(rangeFault("2026-01-01", "2026-04-02")).toBeUndefined();
  expect(rangeFault("2026-01-01", "2026-04-03")).toBe("console-range-long");
});
