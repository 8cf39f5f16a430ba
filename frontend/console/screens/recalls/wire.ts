// What the API answers of recalls, as far as these screens read it.

export type Scope = "batch" | "downstream" | "upstream_and_downstream";

export const SCOPES: Scope[] = ["downstream", "batch", "upstream_and_downstream"];

/** Orders that a recall reaches and that the server has not come to yet: that follows in a moment. */
export function ordersWaiting({ state, counts }: Pick<Recall, "state" | "counts">): number {
  return state === "in_force" ? Math.max(0, counts.orders - counts.orders_given_up - counts.orders_told) : 0;
}

export interface FoundBatch {
  id: string;
  gtin: string;
  lot: string;
  product: string;
  seller: string;
  harvested_on: string;
}

export interface RecallLine {
  id: string;
  epc: string;
  lot: string | null;
  reason: string;
  state: "in_force" | "ended";
  recalled_at: string;
}

export interface Recall {
  /** `null` in a preview. */
  id: string | null;
  epc: string;
  lot: string | null;
  product: string | null;
  reason: string | null;
  scope: Scope;
  state: "in_force" | "ended" | "preview";
  recalled_at: string | null;
  ended_at: string | null;
  end_reason: string | null;
  truncated: boolean;
  counts: {
    batches: number;
    foreign_epcs: number;
    listings: number;
    orders: number;
    orders_given_up: number;
    orders_told: number;
    stalls: number;
    partners: number;
  };
  batches: { id: string; lot: string; product: string; seller: string; direction: "root" | "upstream" | "downstream" }[];
  listings: { id: string; title: string; seller: string | null; withdrawn: boolean }[];
  stalls: { id: string; code: string; market: string }[];
  trace_xlsx: string | null;
}
