// What the API answers, as far as the console reads it.

export interface Seller {
  id: string;
  name: string;
}

export interface Plot {
  id: string;
  name: string;
  commune_code: string;
  area_m2: number;
}

export interface Product {
  id: string;
  name: string;
  unit: string;
}

export interface DiaryLine {
  id: string;
  plot_id: string | null;
  batch_id: string | null;
  activity: string;
  happened_at: string;
  recorded_at: string;
  note: string;
  input_name: string | null;
  interval_days: number | null;
}

export interface MoneyAccount {
  bank_bin: string;
  bank_name: string;
  holder_name: string;
  number_masked: string;
  /** Whether its bank tells of money that came in. Without, only the keeper can say so. */
  notices: boolean;
  /** To the stall's own keeper only. */
  number?: string;
}

export interface Stall {
  id: string;
  code: string;
  keeper_name: string;
  goods: string;
  market: { id: string; slug: string; name: string };
  money_account: MoneyAccount | null;
}

export type PaymentStatus = "pending" | "paid" | "underpaid" | "overpaid" | "expired" | "refunded";

export interface Payment {
  id: string;
  reference: string;
  amount: number;
  received: number;
  status: PaymentStatus;
  /** Who says that the money came: the bank, or the keeper's own hand. */
  confirmed: "bank" | "hand" | null;
  expires_at: string | null;
  /** How to pay what is still missing; `null` once no more money is waited for. */
  vietqr: { payload: string } | null;
}

export interface Sale {
  id: string;
  stall_id: string;
  amount: number;
  happened_at: string;
  recorded_at: string;
  note: string;
  confirmed: "bank" | "hand" | null;
  payment: Payment | null;
}

/** A stall's day in Vietnam. */
export interface StallDay {
  /** ISO. */
  date: string;
  items: Sale[];
}
