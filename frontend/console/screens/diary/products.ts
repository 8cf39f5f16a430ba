// Plant protection products whose interval a published source gives: a help in writing, never a rule.
import { matches } from "../../typed";

export interface Product {
  name: string;
  crop: string;
  interval_days: number;
  source: string;
  /** Year and month. */
  as_of: string;
}

/** Those whose name or crop begins as it is typed, at most six; nothing until something is. */
export function named(products: Product[], typed: string): Product[] {
  const sought = typed.trim();
  if (sought.length < 2 || products.some(({ name }) => name === sought)) return [];
  return products.filter(({ name, crop }) => matches(`${name} ${crop}`, sought)).slice(0, 6);
}

/** Where the interval that stands in the form is from, if it is from one of these. */
export function intervalOf(products: Product[], name: string, days: number | null): Product[] {
  const found = products.find((product) => product.name === name.trim() && product.interval_days === days);
  return found ? [found] : [];
}
