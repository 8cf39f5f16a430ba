// Rates as people read them, and which of several dated sets counts.
import type { RuleSet } from "./wire";

/** Hundredths of a percent: `250` is `2,5 %`. */
export function rateText(bp: number): string {
  return `${(bp / 100).toString().replace(".", ",")}\u{a0}%`;
}

/** The set in force on `today`, and those that follow, the next one first. */
export function inForce(sets: RuleSet[], today: string): { now: RuleSet | undefined; next: RuleSet[] } {
  const sorted = [...sets].sort((a, b) => (a.from < b.from ? 1 : -1));
  return { now: sorted.find(({ from }) => from <= today), next: sorted.filter(({ from }) => from > today).reverse() };
}
