// Money as officers and sellers look after it, as the API tells of it.
import type { SheetError } from "../../parts/SheetErrors.svelte";
import type { Payment } from "../../wire";

/** Money that came and could not be credited. */
export interface Unmatched {
  id: string;
  provider: string;
  amount: number;
  /** What the sender wrote. */
  content: string;
  number_masked: string | null;
  received_at: string;
  happened_at?: string | null;
  reason: string;
}

export interface UnmatchedDetail extends Unmatched {
  suggestions: { payment: Payment; why: "amount" | "text" }[];
}

export interface Cause {
  kind: "unsettled" | "by_hand" | "not_seen" | "not_known" | "other_sum";
  amount: number;
  at: string;
}

export interface Sums {
  bank_in: number;
  bank_out: number;
  ledger_in: number;
  ledger_out: number;
  difference: number;
}

export interface AccountDays extends Sums {
  id: string;
  kind: string;
  seller_id: string | null;
  number_masked: string;
  days: (Sums & { day: string; causes: Cause[] })[];
}

export interface Reconciled {
  from: string;
  to: string;
  accounts: AccountDays[];
}

/** What a bank's own list of movements has that we do not. */
export interface BankSheet {
  applied: boolean;
  rows: number;
  new: number;
  /** Known already. */
  told: number;
  out: number;
  bad: number;
  amount_new: number;
  columns: { field: string; name: string; number: number }[];
  errors: SheetError[];
}

export interface Payee {
  bank_bin: string;
  bank_name: string;
  number_masked: string;
  holder_name: string;
}

export interface Refund {
  id: string;
  reference: string;
  order_id: string;
  owed_by: "seller" | "exchange";
  amount: number;
  why: string;
  method: "transfer" | "cash";
  state: "owed" | "sent" | "done" | "credited";
  account: Payee | null;
  created_at: string;
  sent_at: string | null;
  done_at: string | null;
  /** Only of one that is asked for by itself. */
  vietqr: { payload: string } | null;
}

export interface Payout {
  id: string;
  number: string;
  reference: string;
  seller: { id: string; name: string };
  amount: number;
  state: "made" | "sent" | "done" | "failed";
  account: Payee;
  made_at: string;
  sent_at: string | null;
  done_at: string | null;
  failed_at: string | null;
  reason: string | null;
}

export interface PayoutDetail extends Payout {
  items: { order_id: string | null; kind: string; amount: number; at: string }[];
}

export interface Invoice {
  id: string;
  number: string;
  seller: { id: string; name: string };
  /** `2026-11` */
  month: string;
  amount: number;
  due_on: string;
  state: "open" | "paid" | "overdue";
  payment: Payment | null;
}
