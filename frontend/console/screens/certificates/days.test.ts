import { expect, test } from "vitest";
import { daysLeft, endsOn, grantedText, readGranted } from "./days";

test.each([
  ["9/3/2026", "2026-03-09"],
  ["09.03.2026", "2026-03-09"],
  ["3/2026", "2026-03"],
  ["2026", "2026"],
  ["29/2/2028", "2028-02-29"],
  ["29/2/2027", undefined],
  ["31/4/2026", undefined],
  ["13/2026", undefined],
  ["0/2026", undefined],
  ["hôm qua", undefined],
  ["", undefined],
])("%j is %s", (typed, granted) => expect(readGranted(typed)).toBe(granted));

test("what is known is said as exactly as it is known", () => {
  expect(["2026-03-09", "2026-03", "2026"].map(grantedText)).toEqual(["09/03/2026", "03/2026", "2026"]);
});

test("it holds until the end of its last day", () => {
  expect(["2026-12-31", "2028-02-28", "2026-02-28"].map(endsOn)).toEqual(["2027-01-01", "2028-02-29", "2026-03-01"]);
  expect([daysLeft("2026-11-22", "2026-11-22"), daysLeft("2026-12-22", "2026-11-22"), daysLeft("2026-11-21", "2026-11-22")]).toEqual([0, 30, -1]);
});
