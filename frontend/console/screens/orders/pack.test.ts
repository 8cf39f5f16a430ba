import { expect, test } from "vitest";
import type { OrderLine } from "../../wire";
import { parcelled, rest } from "./pack";

const kg = (value: string) => ({ value, unit: "kg" });
const line = (id: string, quantity: string, packed?: string): OrderLine => ({
  id, listing_id: "l", title: id, quantity: kg(quantity), price: 1, amount: 1, lots: [], ...(packed && { packed: kg(packed) }),
});

test("what is in a parcel already is not packed again", () => {
  expect(rest(line("a", "2.5", "1"))).toEqual(kg("1.5"));
  expect(rest(line("a", "1", "1"))).toEqual(kg("0"));
});

test("who changes nothing packs all there is", () => {
  expect(parcelled([line("a", "2"), line("b", "1", "1")], { a: "2,0" })).toEqual({ missing: [], wrong: [], empty: false });
});

test("less of it is a parcel of what goes in, and the rest is missing", () => {
  expect(parcelled([line("a", "2"), line("b", "3"), line("c", "1")], { a: "1,5", b: "0" })).toEqual({
    lines: [{ line_id: "a", quantity: kg("1.5") }, { line_id: "c", quantity: kg("1") }],
    missing: [{ title: "a", quantity: kg("0.5") }, { title: "b", quantity: kg("3") }],
    wrong: [], empty: false,
  });
});

test("more than was ordered, and what is no number, are wrong; nothing at all is no parcel", () => {
  expect(parcelled([line("a", "2"), line("b", "1")], { a: "2,001", b: "một" }).wrong).toEqual(["a", "b"]);
  expect(parcelled([line("a", "2")], { a: "" }).empty).toBe(true);
});
