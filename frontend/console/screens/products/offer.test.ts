import { describe, expect, test } from "vitest";
import type { Terms } from "../../wire";
import { changed, declares, given, readTerms, typedOf } from "./offer";

const typed = (more: Partial<ReturnType<typeof typedOf>> = {}) => ({ ...typedOf(), price: "9.000", ...more });

describe("what is typed becomes what the API is asked", () => {
  test("a bunch with what it holds, cheaper for more, in steps, so many to one customer", () => {
    const { terms, wrong } = readTerms(
      typed({ contains: "0,3", tiers: [{ from: "10", price: "8.000" }], min: "2", step: "2", limit: "20", limitDays: "7" }), "bo", "stock",
    );
    expect(wrong).toEqual({});
    expect(given(terms)).toEqual({
      price: 9000,
      contains: { value: "0.3", unit: "kg" },
      tiers: [{ from: { value: "10", unit: "bo" }, price: 8000 }],
      min_quantity: { value: "2", unit: "bo" },
      step: { value: "2", unit: "bo" },
      limit_per_customer: { quantity: { value: "20", unit: "bo" }, days: 7 },
    });
  });

  test("what is left out is not asked for", () => {
    expect(given(readTerms(typed(), "kg", "stock").terms)).toEqual({ price: 9000 });
  });

  test("a fowl by its weight has no price of its own", () => {
    const { terms, wrong } = readTerms(typed({ byWeight: true, price: "", weightPrice: "120.000", weightMin: "1,5", weightMax: "2" }), "con", "stock");
    expect(wrong).toEqual({});
    expect(given(terms)).toEqual({ by_weight: { price: 120_000, min: { value: "1.5", unit: "kg" }, max: { value: "2", unit: "kg" } } });
  });

  test("a kilogram holds a kilogram: what it holds is not asked", () => {
    expect(declares("kg")).toBe(false);
    expect(readTerms(typed({ contains: "2" }), "kg", "stock").terms.contains).toBeUndefined();
  });

  test("each wrong line is named where the server would name it", () => {
    const { wrong } = readTerms(typed({ price: "x", tiers: [{ from: "", price: "1" }, { from: "3", price: "" }], limit: "5", limitDays: "0", contains: "-1" }), "bo", "preorder");
    expect(Object.keys(wrong).sort()).toEqual(
      ["/contains", "/limit_per_customer/days", "/preorder/cap", "/preorder/harvest_on", "/price", "/tiers/0/from", "/tiers/1/price"].sort(),
    );
    expect(readTerms(typed({ lead: "400" }), "bo", "on_demand").wrong).toHaveProperty("/lead_days");
    expect(readTerms(typed({ lead: "0" }), "bo", "on_demand").terms.lead_days).toBe(0);
  });
});

describe("an edit sends what it changes", () => {
  const before: Terms = {
    price: 9000, contains: { value: "0.3", unit: "kg" }, tiers: [{ from: { value: "10", unit: "bo" }, price: 8000 }], min_quantity: { value: "2", unit: "bo" }, step: null,
    limit_per_customer: { quantity: { value: "20", unit: "bo" }, days: 7 }, lead_days: null, by_weight: null,
  };

  test("what is typed back as it was changes nothing", () => {
    expect(changed(before, readTerms(typedOf(before), "bo", "stock").terms)).toEqual({});
    const fowl: Terms = { by_weight: { price: 120_000, unit: "kg", min: { value: "1.5", unit: "kg" }, max: { value: "2", unit: "kg" } } };
    expect(changed(fowl, readTerms(typedOf(fowl), "con", "stock").terms)).toEqual({});
  });

  test("what is emptied is taken away, what is new is given", () => {
    const { terms } = readTerms({ ...typedOf(before), price: "10000", min: "", tiers: [], step: "1" }, "bo", "stock");
    expect(changed(before, terms)).toEqual({ price: 10_000, tiers: [], min_quantity: null, step: { value: "1", unit: "bo" } });
  });
});
