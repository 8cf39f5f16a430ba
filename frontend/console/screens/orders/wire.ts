// What follows an order, as the API tells of it: goods that are given back, and what buyers say of them.
import type { Quantity } from "../../units";

export interface Return {
  id: string;
  order_id: string;
  order_number: string;
  state: "asked" | "goods_wanted" | "sent" | "refused" | "disputed" | "refunded" | "closed" | "withdrawn";
  reason: "broken" | "wrong" | "late" | "quality" | "other";
  text: string;
  /** Addresses of pictures. */
  photos: string[];
  /** The buyer would take store credit. */
  credit: boolean;
  lines: { line_id: string; title: string; quantity: Quantity; amount: number }[];
  /** What is or would be given back. */
  amount: number;
  /** What happens by itself, and when. */
  default_outcome: { at: string; outcome: "refunded" | "closed" } | null;
  messages: { id: string; by: "buyer" | "seller" | "officer"; text: string; at: string }[];
  decision: { by: "seller" | "officer" | "exchange"; reason: string | null } | null;
  actions: string[];
  created_at: string;
}

export interface BuyerReview {
  id: string;
  title: string;
  stars: number;
  text: string | null;
  photos: string[];
  by: string;
  at: string;
  answer: { text: string; at: string } | null;
  hidden: boolean;
}

/** Whether the next word is the seller's. */
export function waitsForSeller({ state }: Pick<Return, "state">): boolean {
  return state === "asked" || state === "sent";
}

export function isSettled({ state }: Pick<Return, "state">): boolean {
  return state === "refunded" || state === "closed" || state === "withdrawn";
}
