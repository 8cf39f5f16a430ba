// Consents as the API tells of them.

export const SCOPES = ["diary", "products", "orders", "dossiers"] as const;

export interface Consent {
  id: string;
  state: "pending" | "active" | "ended" | "revoked";
  helper: { id: string; name: string };
  /** `id` is `null` until a code made the account. */
  farmer: { id: string | null; name: string; phone: string | null };
  scope: string[];
  how: "code" | "witness";
  witness: { name: string; role: string; place: string } | null;
  given_at: string | null;
  /** ISO; the first day on which it holds no longer; `null` while it is pending. */
  until: string | null;
  revoked_at: string | null;
}

export interface ConsentText {
  version: string;
  text: string;
  lasts_months: number;
}

/** What was done in a month, by people themselves and for them. */
export interface SkillMonth {
  /** `2026-11` */
  month: string;
  alone: number;
  helped: number;
  alone_percent: number | null;
}

export interface Act {
  id: string;
  at: string;
  by: { id: string; name: string };
  behalf: { id: string; name: string } | null;
  /** In the reader's language. */
  said: string;
  reason: string | null;
}
