import { expect, test } from "vitest";
import { PARTS, band, pointsText, pointsWire, readPoints } from "./points";

test.each([
  ["40", 40, 4000],
  ["38,5", 40, 3850],
  ["38.25", 40, 3825],
  ["0", 25, 0],
  ["40,01", 40, undefined],
  ["26", 25, undefined],
  ["-1", 40, undefined],
  ["1,234", 40, undefined],
  ["", 40, undefined],
  ["ba", 40, undefined],
])("%j of at most %i is %s hundredths", (typed, most, points) => expect(readPoints(typed, most)).toBe(points));

test.each([[10_000, 5], [9000, 5], [8999, 4], [7000, 4], [6999, 3], [5000, 3], [4999, null], [0, null]])("%i hundredths are %s stars", (points, star) => {
  expect(band(points)).toBe(star);
});

test("the parts make a hundred, and points are written as the server and as people write them", () => {
  expect(Object.values(PARTS).reduce((sum, most) => sum + most)).toBe(100);
  expect([8350, 8305, 8300, 5].map(pointsWire)).toEqual(["83.5", "83.05", "83", "0.05"]);
  expect(pointsText("83.16")).toBe("83,16");
});
