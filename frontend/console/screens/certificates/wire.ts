// Certificates as the API tells of them.

export const DECLARED = ["vietgap", "organic", "gi"] as const;

export interface Certificate {
  id: string;
  seller: string;
  product_id: string | null;
  product: string | null;
  kind: "ocop" | (typeof DECLARED)[number];
  star: number | null;
  number: string | null;
  issuer: string;
  /** As exactly as it is known: `2026-11-21`, `2026-11` or `2026`. */
  granted: string;
  /** ISO; the last day it holds. */
  last_day: string;
  /** An officer checked it; otherwise the seller declares it. */
  verified: boolean;
  holds: boolean;
  revoked_on: string | null;
  plots: { plot_id: string; name: string }[];
  source: string | null;
  /** Where a photograph of the paper is. */
  evidence: string | null;
  checks: { outcome: "verified" | "unverified" | "revoked"; reason: string | null; at: string }[];
}
