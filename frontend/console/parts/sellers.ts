import type { Seller } from "../wire";

/** The seller a screen is about: the one the address asks for, if it is the person's; else the first. */
export function sellerOf(sellers: Seller[], asked: string | null): string | undefined {
  return (sellers.find(({ id }) => id === asked) ?? sellers[0])?.id;
}
