// Products with what is asked for them.
import type { Listing, Product } from "../../wire";

export interface Shelf {
  product: Product;
  /** The listings that stand or may stand again, those on sale first. */
  listings: Listing[];
}

const RANK: Record<Listing["state"], number> = { live: 0, review: 1, draft: 2, withdrawn: 3, taken_down: 4 };

/** Newest product first; ids rise with time. */
export function shelves(products: Product[], listings: Listing[]): Shelf[] {
  const of = new Map<string, Listing[]>();
  for (const listing of listings) of.set(listing.product_id, [...(of.get(listing.product_id) ?? []), listing]);
  return [...products]
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .map((product) => ({ product, listings: (of.get(product.id) ?? []).sort((a, b) => RANK[a.state] - RANK[b.state] || (a.id < b.id ? 1 : -1)) }));
}
