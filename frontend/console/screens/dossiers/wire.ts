// Dossiers as the API tells of them.

export type DossierState = "entered" | "accepted" | "assessing" | "supplement" | "granted" | "refused" | "withdrawn";

/** What the caller may do now. */
export type DossierAct = "supplement_ask" | "supplement_answer" | "accept" | "samples" | "score" | "grant" | "refuse" | "withdraw";

export interface Dossier {
  id: string;
  /** The number of the one-stop desk. */
  file_number: string;
  state: DossierState;
  stage: "commune" | "province";
  title: string;
  commune_code: string;
  commune: string;
  seller: string;
  product_id: string;
  entered_at: string;
  closed_at: string | null;
  /** ISO; while the clock stands, the deadline if it were answered today. */
  due_on: string | null;
  /** Since when the clock stands; `null`: it runs. */
  stands_since: string | null;
  /** 0: today is the last day; negative: overdue; `null`: closed. */
  remaining_working_days: number | null;
  overdue: boolean;
}

export type Star = 3 | 4 | 5;

export interface DossierDetail extends Dossier {
  steps: { step: string; at: string; by: { id: string; name: string }; on_behalf_of: { id: string; name: string } | null; note: string | null }[];
  stages: { stage: string; started_on: string; working_days: number; stood_days: number; due_on: string; ended_on: string | null }[];
  supplements: { stage: string; ask: string; due_on: string | null; asked_at: string; answer: string | null; answered_at: string | null }[];
  /** A decimal number, as are all points. */
  self_score: string | null;
  story: string | null;
  product_set: { no: number; name: string } | null;
  samples: { required: number; received: number; items: { count: number; received_on: string; note: string | null; at: string }[] };
  ballots: { member: { id: string; name: string }; a: string; b: string; c: string; total: string; note: string | null; cast_at: string; corrected: boolean }[];
  result: { ballots: number; points: string; star: Star | null } | null;
  decision: {
    outcome: "granted" | "refused"; star: Star | null; points: string | null; number: string | null; decided_on: string; recognised_by: "province" | "ministry" | null;
    reason: string | null; certificate_id: string | null;
  } | null;
  can: DossierAct[];
}

export interface OnTime {
  ended: number;
  on_time: number;
  /** Per cent, a decimal number; `null`: nothing has ended. */
  rate: string | null;
  open: number;
  overdue: number;
}
