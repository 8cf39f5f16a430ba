// Sellers as those who work for them, and officers, see them.

export const KINDS = ["household", "cooperative", "company"] as const;
export type SellerKind = (typeof KINDS)[number];

export interface Hours {
  /** 1 is Monday. */
  weekday: number;
  /** `07:00` */
  opens: string;
  closes: string;
}

export interface SellerDetail {
  id: string;
  slug: string;
  kind: SellerKind;
  name: string;
  commune_code: string;
  street: string | null;
  about: string;
  standing: "applying" | "verified";
  pickup: { commune_code: string; street: string; note: string } | null;
  hours: Hours[];
  /** In effect today. */
  closed: { from: string; until: string; note: string | null } | null;
  tax_code?: string | null;
  role?: "owner" | "staff" | null;
  created_at: string;
}

export interface CheckItem {
  item: "identity" | "tax_code" | "address" | "money_account" | "terms";
  required: boolean;
  state: "open" | "given" | "verified" | "refused";
  given_at: string | null;
  given_by: { id: string; name: string } | null;
  note: string | null;
  reason: string | null;
}

export interface Checklist {
  standing: "applying" | "verified";
  items: CheckItem[];
}

export interface Closure {
  id: string;
  from: string;
  /** The last day. */
  until: string;
  note: string | null;
}

export interface Member {
  person_id: string;
  name: string;
  role: "owner" | "staff";
  since: string;
}

export interface Invitation {
  id: string;
  phone: string;
  role: "owner" | "staff";
  state: "open" | "accepted" | "revoked" | "expired";
  expires_at: string;
  /** Only in the answer to who invites. */
  link?: string;
}
