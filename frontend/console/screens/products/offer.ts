// The terms of a sale as they are typed, and what the API is asked for them.
import { readDong, readQuantity } from "../../typed";
import type { Quantity } from "../../units";
import type { Terms } from "../../wire";
import { t } from "../../words";

export type Mode = "stock" | "on_demand" | "preorder" | "shared";

export interface Typed {
  price: string;
  byWeight: boolean;
  weightPrice: string;
  weightUnit: string;
  weightMin: string;
  weightMax: string;
  contains: string;
  containsUnit: string;
  tiers: { from: string; price: string }[];
  min: string;
  step: string;
  limit: string;
  limitDays: string;
  lead: string;
  harvest: string;
  cap: string;
}

/** Units that say by themselves how much they are. */
const MEASURED = ["kg", "g", "lang", "yen", "ta", "tan", "lit", "ml"];

/** Whether a unit must say what it holds before its price can be compared. */
export function declares(unit: string): boolean {
  return !MEASURED.includes(unit);
}

const comma = (value: string | undefined): string => (value ?? "").replace(".", ",");

export function typedOf(terms: Terms = {}): Typed {
  const { by_weight, limit_per_customer } = terms;
  return {
    price: terms.price === undefined ? "" : String(terms.price),
    byWeight: !!by_weight,
    weightPrice: by_weight ? String(by_weight.price) : "",
    weightUnit: by_weight?.min.unit ?? "kg",
    weightMin: comma(by_weight?.min.value),
    weightMax: comma(by_weight?.max.value),
    contains: comma(terms.contains?.value),
    containsUnit: terms.contains?.unit ?? "kg",
    tiers: (terms.tiers ?? []).map(({ from, price }) => ({ from: comma(from.value), price: String(price) })),
    min: comma(terms.min_quantity?.value),
    step: comma(terms.step?.value),
    limit: comma(limit_per_customer?.quantity.value),
    limitDays: limit_per_customer ? String(limit_per_customer.days) : "30",
    lead: typeof terms.lead_days === "number" ? String(terms.lead_days) : "",
    harvest: terms.harvest_on ?? "",
    cap: comma(terms.cap?.value),
  };
}

export interface Read {
  terms: Terms;
  /** What is amiss, by the pointer the server would use. */
  wrong: Record<string, string>;
}

/** What was typed of an offer of `unit`. What was left out is `null`, so that it can be told from what was not asked. */
export function readTerms(typed: Typed, unit: string, mode: Mode): Read {
  const wrong: Record<string, string> = {};
  const terms: Terms = {};

  const amount = (text: string, pointer: string, of = unit): Quantity | null => {
    if (text.trim() === "") return null;
    const value = readQuantity(text);
    if (value === undefined) wrong[pointer] = t("console-quantity-wrong");
    return value === undefined ? null : { value, unit: of };
  };
  const needed = (text: string, pointer: string, of = unit): Quantity => {
    const got = amount(text, pointer, of);
    if (!got) wrong[pointer] = t("console-quantity-wrong");
    return got ?? { value: "0", unit: of };
  };
  const money = (text: string, pointer: string): number => {
    const read = readDong(text);
    if (read === undefined) wrong[pointer] = t("console-price-wrong");
    return read ?? 0;
  };
  const days = (text: string, pointer: string, least: number): number => {
    const read = /^\d{1,3}$/.test(text.trim()) ? Number(text) : NaN;
    if (!(read >= least && read <= 366)) wrong[pointer] = t("console-days-wrong", { least });
    return read;
  };

  if (typed.byWeight) {
    terms.by_weight = {
      price: money(typed.weightPrice, "/by_weight/price"),
      min: needed(typed.weightMin, "/by_weight/min", typed.weightUnit),
      max: needed(typed.weightMax, "/by_weight/max", typed.weightUnit),
    };
  } else {
    terms.price = money(typed.price, "/price");
    terms.tiers = typed.tiers.map(({ from, price }, place) => ({ from: needed(from, `/tiers/${place}/from`), price: money(price, `/tiers/${place}/price`) }));
  }
  if (declares(unit)) terms.contains = amount(typed.contains, "/contains", typed.containsUnit);
  terms.min_quantity = amount(typed.min, "/min_quantity");
  terms.step = amount(typed.step, "/step");
  const limit = amount(typed.limit, "/limit_per_customer/quantity");
  terms.limit_per_customer = limit && { quantity: limit, days: days(typed.limitDays, "/limit_per_customer/days", 1) };
  if (mode === "on_demand") terms.lead_days = typed.lead.trim() === "" ? null : days(typed.lead, "/lead_days", 0);
  if (mode === "preorder") {
    terms.cap = needed(typed.cap, "/preorder/cap");
    terms.harvest_on = typed.harvest;
    if (typed.harvest === "") wrong["/preorder/harvest_on"] = t("console-harvest-wrong");
  }
  return { terms, wrong };
}

/** A new offer's terms without what was left out: nothing is taken away from what is not there yet. */
export function given(terms: Terms): Terms {
  const { harvest_on: _, cap: __, ...rest } = terms;
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0)));
}

/** Only what an edit changes: what is the same is not sent, so that nobody's edit undoes another's. */
export function changed(before: Terms, after: Terms): Terms {
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => !same(before[name as keyof Terms] ?? null, value)));
}

function same(before: unknown, after: unknown): boolean {
  if (Array.isArray(before) || Array.isArray(after)) {
    const [left, right] = [before ?? [], after ?? []] as [unknown[], unknown[]];
    return left.length === right.length && left.every((one, place) => same(one, right[place]));
  }
  if (typeof before === "object" && before !== null && typeof after === "object" && after !== null) {
    // What the server tells beside what it is asked for does not count.
    return Object.entries(after).every(([name, value]) => same((before as Record<string, unknown>)[name], value));
  }
  return before === after;
}
