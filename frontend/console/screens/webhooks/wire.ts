// Sellers' own systems that hear what happens, as the API tells of them.

export const KINDS = [
  "order.placed", "order.paid", "order.confirmed", "order.cancelled", "order.shipped", "order.delivered", "order.returned",
  "payment.received", "refund.owed", "batch.recalled",
] as const;

export interface Endpoint {
  id: string;
  seller_id: string;
  url: string;
  /** None: everything. */
  kinds: string[];
  note: string;
  state: "on" | "off" | "disabled";
  disabled_reason: "gave_up" | "gone" | null;
  failing_since: string | null;
  /** Only in the answer that makes it. */
  secret?: string;
}

export interface Sent {
  id: string;
  kind: string;
  state: "waiting" | "delivered" | "failed";
  attempts: number;
  next_attempt_at: string | null;
  last_status: number | null;
  last_error: string | null;
  delivered_at: string | null;
  created_at: string;
  body?: string;
}
