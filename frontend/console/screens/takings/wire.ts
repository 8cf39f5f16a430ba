// A seller's money, as the API tells of it.

export interface Statement {
  month: string;
  opening: number;
  items: { id: string; at: string; kind: string; order_id: string | null; about: string | null; amount: number; balance: number }[];
  totals: Record<Total, number>;
  closing: number;
}

/** In the order in which they are read. */
export const TOTALS = ["revenue", "returned", "commission", "vat", "pit", "kept", "payouts", "invoiced", "other"] as const;
export type Total = (typeof TOTALS)[number];

export interface Revenue {
  year: number;
  revenue: number;
  threshold: number;
  /** Hundredths of a percent. */
  share_bp: number;
  state: "below" | "near" | "over";
  e_invoice: boolean;
  from: string;
  source: string;
}

export interface Schedule {
  every: "daily" | "weekly" | "threshold";
  weekday: number | null;
  threshold: number | null;
  /** What the exchange owes now. */
  balance: number;
  claimable: number;
  next_on: string | null;
}
