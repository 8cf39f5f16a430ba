import { expect, test } from "vitest";
import { amountOf, weightOf } from "./weigh";

test("several pieces are weighed one by one and added up", () => {
  expect(weightOf("1,2 0,95+1,1")).toBe("3.25");
  expect(weightOf(" 2 ")).toBe("2");
  for (const text of ["", "một", "1,2 x", "0"]) expect(weightOf(text), text).toBeUndefined();
});

test("a weight costs its share of a kilogram, half a đồng rounds up", () => {
  const by_weight = { price: 95_001, unit: "kg", weight: { value: "1", unit: "kg" } };
  expect(amountOf({ by_weight }, "1.5")).toBe(142_502);
  expect(amountOf({ by_weight: { ...by_weight, unit: "con" } }, "1.5")).toBeUndefined();
});
