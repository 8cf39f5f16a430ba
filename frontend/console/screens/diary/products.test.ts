import { expect, test } from "vitest";
import { type Product, intervalOf, named } from "./products";

const known: Product[] = [
  { name: "Abamectin", crop: "cam, quýt, bưởi", interval_days: 7, source: "A", as_of: "2017-02" },
  { name: "Spinosad", crop: "cà chua", interval_days: 1, source: "B", as_of: "2024-05" },
];

test("a product is found by its name or its crop, marks or none", () => {
  expect(named(known, "aba").map(({ name }) => name)).toEqual(["Abamectin"]);
  expect(named(known, "ca chua").map(({ name }) => name)).toEqual(["Spinosad"]);
  expect(named(known, "a")).toEqual([]);
  expect(named(known, "Abamectin")).toEqual([]);
});

test("a figure has its source only while it is that figure", () => {
  expect(intervalOf(known, "Abamectin ", 7)).toEqual([known[0]]);
  expect(intervalOf(known, "Abamectin", 14)).toEqual([]);
});
