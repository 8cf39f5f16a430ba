// The terms of a sale in words, and what an edit would change of them.
import { dayText, dong } from "../../figures";
import { quantityText, unitText } from "../../units";
import { t } from "../../words";
import type { ListingDetail, Terms } from "../../wire";

export const TERMS = [
  "price", "by_weight", "contains", "tiers", "min_quantity", "step", "limit_per_customer", "lead_days", "harvest_on", "cap",
] as const satisfies readonly (keyof Terms)[];

export type Term = (typeof TERMS)[number];

/** What a term says; empty where it says nothing. `unit` is the one that is sold. */
export function termText(term: Term, terms: Terms, unit: string): string {
  switch (term) {
    case "price":
      return terms.price === undefined ? "" : `${dong(terms.price)} / ${unitText(unit)}`;
    case "contains":
      return terms.contains ? t("console-term-contains-is", { unit: unitText(unit), quantity: quantityText(terms.contains) }) : "";
    case "tiers":
      return (terms.tiers ?? []).map(({ from, price }) => t("console-term-tier-is", { quantity: quantityText(from), price: dong(price) })).join("; ");
    case "min_quantity":
    case "step":
    case "cap":
      return terms[term] ? quantityText(terms[term]) : "";
    case "limit_per_customer":
      return terms.limit_per_customer ? t("console-term-limit-is", { quantity: quantityText(terms.limit_per_customer.quantity), days: terms.limit_per_customer.days }) : "";
    case "lead_days":
      return typeof terms.lead_days === "number" ? t("console-term-lead-is", { days: terms.lead_days }) : "";
    case "by_weight": {
      const { by_weight } = terms;
      if (!by_weight) return "";
      return t("console-term-weight-is", { price: dong(by_weight.price), unit: unitText(by_weight.min.unit), min: quantityText(by_weight.min), max: quantityText(by_weight.max) });
    }
    case "harvest_on":
      return terms.harvest_on ? dayText(terms.harvest_on) : "";
  }
}

export interface Change {
  term: Term;
  before: string;
  after: string;
}

/** What `proposed` would change, in the order of the terms; what it only repeats is left out. */
export function changes(listing: Omit<ListingDetail, "price"> & { price: number }, proposed: Terms): Change[] {
  return TERMS.filter((term) => term in proposed)
    .map((term) => ({ term, before: termText(term, listing, listing.unit), after: termText(term, proposed, listing.unit) }))
    .filter(({ before, after }) => before !== after);
}
