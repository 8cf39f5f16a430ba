import { expect, test, vi } from "vitest";
import type { OrderLine } from "../../wire";

vi.mock("../../words", () => ({ language: "vi", t: (id: string) => id }));
const { proposal, wishOf } = await import("./edit");

const line: OrderLine = { id: "a", listing_id: "l", title: "Cam", quantity: { value: "2.5", unit: "kg" }, price: 40_000, amount: 100_000, lots: [] };
const wish = (change: Partial<ReturnType<typeof wishOf>>) => proposal([line], { a: { ...wishOf(line), ...change } }, { other: "chuc" });

test("what stays as it is, is not proposed", () => {
  expect(wish({})).toEqual({ lines: [], wrong: {} });
  expect(wish({ quantity: "2,50", price: "40.000" }).lines).toEqual([]);
});

test("a quantity, a lower price, or both; zero drops the line", () => {
  expect(wish({ quantity: "2" }).lines).toEqual([{ line_id: "a", quantity: { value: "2", unit: "kg" } }]);
  expect(wish({ price: "38.000" }).lines).toEqual([{ line_id: "a", price: 38_000 }]);
  expect(wish({ quantity: "0" }).lines).toEqual([{ line_id: "a", quantity: { value: "0", unit: "kg" } }]);
});

test("a price never rises, and numbers are numbers", () => {
  expect(wish({ price: "40.001" }).wrong).toEqual({ a: "price" });
  expect(wish({ price: "rẻ" }).wrong).toEqual({ a: "price" });
  expect(wish({ quantity: "ít" }).wrong).toEqual({ a: "quantity" });
});

test("something else comes in its own unit, at its own price unless a lower one is named", () => {
  expect(wish({ instead: "other", quantity: "1", price: "" }).lines).toEqual([{ line_id: "a", substitute: { listing_id: "other", quantity: { value: "1", unit: "chuc" } } }]);
  expect(wish({ instead: "other", quantity: "1", price: "30.000" }).lines).toEqual([{ line_id: "a", substitute: { listing_id: "other", quantity: { value: "1", unit: "chuc" }, price: 30_000 } }]);
  expect(wish({ instead: "other", quantity: "0" }).wrong).toEqual({ a: "quantity" });
});
