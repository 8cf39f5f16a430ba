// What buyers report, what was taken down, and what waits to be approved, as the API tells of them.
import type { ListingDetail, Review } from "../../wire";

export const REASONS = ["fake", "unsafe", "wrong_origin", "prohibited", "price", "other"] as const;

export type SubjectKind = "listing" | "product" | "seller";

export interface Report {
  id: string;
  code: string;
  reason: string;
  text: string | null;
  contact: string | null;
  state: "open" | "closed";
  outcome: string | null;
  answer: string | null;
  created_at: string;
}

/** All that was reported of one thing. */
export interface Reported {
  subject: SubjectKind;
  subject_id: string;
  title: string;
  slug: string | null;
  seller_name: string;
  open: number;
  total: number;
  reasons: { value: string; count: number }[];
  newest_at: string;
  taken_down: boolean;
  reports: Report[];
}

export interface Takedown {
  id: string;
  subject: SubjectKind;
  title: string;
  seller_name: string;
  listings: { id: string; slug: string; title: string }[];
  listing_count: number;
  reason_code: string;
  reason: string;
  legal_basis: string | null;
  state: "standing" | "appealed" | "upheld" | "restored";
  taken_down_at: string;
  may_appeal: boolean;
  may_decide: boolean;
  appeal: { text: string; at: string } | null;
  decision: { outcome: "uphold" | "restore"; reason: string; at: string } | null;
}

export interface Waiting extends Review {
  listing: { id: string; slug: string; title: string; state: string; price: number; unit: string };
  seller: { id: string; slug: string; name: string };
}

export interface WaitingDetail extends Waiting {
  /** What sells now, or what would go live. */
  detail: ListingDetail;
}

/** The page on which buyers see it. */
export function pageOf({ subject, slug }: Pick<Reported, "subject" | "slug">): string | undefined {
  if (!slug) return undefined;
  return subject === "seller" ? `/nguoi-ban/${slug}` : subject === "listing" ? `/san-pham/${slug}` : undefined;
}
