import { expect, test } from "vitest";
import { alike, quantityText, unitText } from "./units";

test("quantities are written as people here write them", () => {
  expect(quantityText({ value: "1500.5", unit: "kg" })).toBe("1.500,5\u{a0}kg");
  expect(quantityText({ value: "12", unit: "hop" })).toBe("12\u{a0}hộp");
  expect(quantityText({ value: "1234567.125", unit: "g" })).toBe("1.234.567,125\u{a0}g");
});

test("a unit that the console does not know yet shows its code", () => expect(unitText("thung")).toBe("thung"));

test("what is weighed can be sold by another weight, what is counted only as it is", () => {
  expect(alike("ta")).toEqual(["ta", "kg", "g", "lang", "yen", "tan"]);
  expect(alike("hop")).toEqual(["hop"]);
});
