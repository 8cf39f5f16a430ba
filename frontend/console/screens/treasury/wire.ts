// What the exchange charges, withholds and hands on, as the API tells of it.

export interface RuleSet {
  /** The day from which it counts. */
  from: string;
  rules: { category: string | null; kind: "household" | "cooperative" | "company" | null; stars: number | null; rate_bp: number; floor: number; cap: number | null; note: string | null }[];
}

export interface TaxSums {
  revenue_goods: number;
  revenue_services: number;
  revenue_transport: number;
  vat: number;
  pit: number;
  cancelled: number;
  vat_offset: number;
  pit_offset: number;
  due: number;
}

export interface TaxReturn {
  month: string;
  items: (TaxSums & { seller: { id: string; name: string; kind: string; tax_code: string | null } })[];
  totals: TaxSums;
  remitted_at: string | null;
}

export interface SellerRevenue {
  seller: { id: string; name: string };
  revenue: number;
  threshold: number;
  state: "near" | "over";
}
