import { expect, test } from "vitest";
import type { ListingDetail } from "../../wire";
import { changes, termText } from "./terms";

const listing: ListingDetail = {
  id: "1", slug: "rau", product_id: "p", title: "Rau cải", price: 9000, unit: "bo", in_stock: true, left: null, state: "live", lots: [], stock_mode: "stock",
  contains: { value: "0.3", unit: "kg" }, tiers: [{ from: { value: "10", unit: "bo" }, price: 8000 }], min_quantity: null, step: null, limit_per_customer: null,
};

const plain = (text: string): string => text.replaceAll("\u{a0}", " ");

test("terms are said as people say them", () => {
  expect(plain(termText("price", listing, "bo"))).toBe("9.000 ₫ / bó");
  expect(plain(termText("contains", listing, "bo"))).toBe("1 bó = 0,3 kg");
  expect(plain(termText("tiers", listing, "bo"))).toBe("từ 10 bó: 8.000 ₫");
  expect(plain(termText("limit_per_customer", { limit_per_customer: { quantity: { value: "5", unit: "bo" }, days: 7 } }, "bo"))).toBe("5 bó trong 7 ngày");
  expect(plain(termText("by_weight", { by_weight: { price: 120_000, min: { value: "1.5", unit: "kg" }, max: { value: "2", unit: "kg" } } }, "con"))).toBe("120.000 ₫ / kg, nặng 1,5 kg đến 2 kg");
  expect(termText("step", listing, "bo")).toBe("");
  expect(termText("lead_days", { lead_days: 0 }, "bo"), "no days are an answer too").not.toBe("");
});

test("an edit shows what it changes, what it takes away, and not what it repeats", () => {
  const shown = changes(listing, { price: 10_000, contains: { value: "0.3", unit: "kg" }, tiers: [], min_quantity: { value: "2", unit: "bo" }, step: null });
  expect(shown.map(({ term, before, after }) => [term, plain(before), plain(after)])).toEqual([
    ["price", "9.000 ₫ / bó", "10.000 ₫ / bó"],
    ["tiers", "từ 10 bó: 8.000 ₫", ""],
    ["min_quantity", "", "2 bó"],
  ]);
});
