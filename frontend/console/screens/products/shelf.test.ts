import { expect, test } from "vitest";
import type { Listing, Product } from "../../wire";
import { shelves } from "./shelf";

const product = (id: string): Product => ({ id, seller_id: "s", name: id, category: "tea", unit: "kg", gtin: "", description: "", photos: [] });
const listing = (id: string, product_id: string, state: Listing["state"]): Listing => ({
  id, slug: id, product_id, title: id, price: 1, unit: "kg", in_stock: true, left: null, state,
});

test("each product stands once, the newest first, with its own listings, those on sale first", () => {
  const listings = [listing("3", "a", "withdrawn"), listing("1", "a", "live"), listing("2", "a", "live"), listing("4", "gone", "live")];
  const shown = shelves([product("a"), product("b")], listings);
  expect(shown.map(({ product, listings }) => [product.id, listings.map(({ id }) => id)])).toEqual([["b", []], ["a", ["2", "1", "3"]]]);
});
