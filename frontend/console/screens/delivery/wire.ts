// How goods of a seller reach their buyers, as the API tells of it.

export interface Zone {
  id: string;
  name: string;
  /** Codes of provinces (two digits) and communes (five); none: everywhere. */
  places: string[];
  fee: number;
  /** What the fee carries. */
  included_grams: number;
  /** For each kilogram begun beyond that. */
  fee_per_kg: number;
  free_from: number | null;
}

export interface PickupPoint {
  id: string;
  name: string;
  commune_code: string;
  street: string;
  opening: string;
}

export interface FarmTime {
  id: string;
  /** 1 is Monday. */
  weekday: number;
  from: string;
  to: string;
  closes_hours_before: number;
  capacity: number;
}

export interface Delivery {
  zones: Zone[];
  pickup_points: PickupPoint[];
  farm_times: FarmTime[];
}

export const MODES = ["ship", "pickup", "farm"] as const;
export type Mode = (typeof MODES)[number];

export interface Cycle {
  id: string;
  name: string;
  opens_at: string;
  closes_at: string;
  /** ISO day. */
  hand_over_on: string;
  modes: Mode[];
  listing_ids: string[];
  note: string;
  state: "planned" | "open" | "closed";
}

export interface CreditEntry {
  id: string;
  /** Below zero where it was spent. */
  amount: number;
  why: "gift" | "refund" | "returned" | "spent";
  order_id: string | null;
  note: string | null;
  at: string;
  person?: string | null;
}
