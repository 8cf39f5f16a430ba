// Consents in the order in which a helper looks for people.
import { day, dayText } from "../../figures";
import type { Consent } from "./wire";

const RANK: Record<Consent["state"], number> = { pending: 0, active: 1, ended: 2, revoked: 3 };

/**
 * Those of `helper`, each person once: what may be done now stands before what is over, and people stand by name. Of
 * several consents of one person the newest that holds is shown; ids rise with time.
 */
export function people(consents: Consent[], helper: string): Consent[] {
  const own = consents.filter((consent) => consent.helper.id === helper).sort(byUse);
  const seen = new Set<string>();
  return own.filter(({ farmer: { id } }) => {
    if (id === null) return true;
    const first = !seen.has(id);
    seen.add(id);
    return first;
  });
}

function byUse(a: Consent, b: Consent): number {
  return RANK[a.state] - RANK[b.state] || (a.state === b.state && a.farmer.id === b.farmer.id ? (a.id < b.id ? 1 : -1) : a.farmer.name.localeCompare(b.farmer.name, "vi"));
}

/** `31/10/2027`: the last day on which it holds. */
export function lastDayText({ until }: Consent): string {
  return until === null ? "" : dayText(day(new Date(Date.parse(`${until}T00:00:00+07:00`) - 1)));
}

/** Whether anything can still be done with it. */
export function isOpen({ state }: Consent): boolean {
  return state === "pending" || state === "active";
}
