// Batches that still lie in the outbox.
import type { Draft, State } from "../../outbox/draft";
import type { Quantity } from "../../units";
import type { Batch } from "../../wire";

export interface Pending {
  draft: string;
  product_id: string;
  quantity: Quantity;
  harvested_on: string;
  state: State;
}

/** Newest first. What the server has recorded is left to its list, once that list has it. */
export function pending(drafts: Draft[], recorded: Batch[]): Pending[] {
  const known = new Set(recorded.map(({ id }) => id));
  return drafts
    .filter(({ kind, answer }) => kind === "batch" && !known.has((answer as Partial<Batch> | undefined)?.id ?? ""))
    .map(({ id, body, state }) => ({
      draft: id,
      product_id: String(body["product_id"]),
      quantity: body["quantity"] as Quantity,
      harvested_on: String(body["harvested_on"]),
      state,
    }))
    .reverse();
}
