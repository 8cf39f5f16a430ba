// A stall's sales of one day as they are shown, each once.
import { day } from "../../figures";
import type { Draft } from "../../outbox/draft";
import type { Payment, Sale } from "../../wire";

export interface Row {
  id: string;
  amount: number;
  happened_at: string;
  draft: Draft | undefined;
  payment: Payment | undefined;
}

/** Newest first. A draft that the server lists already is shown as the server has it. */
export function rows(recorded: Sale[], drafts: Draft[], stall: string, date: string): Row[] {
  const known = new Set(recorded.map(({ id }) => id));
  const kept = drafts
    .filter((draft) => draft.kind === "sale" && !known.has(draft.id) && draft.path === `/api/v1/stalls/${stall}/sales`)
    .map((draft): Row => {
      const answer = draft.answer as Sale | undefined;
      return { id: draft.id, amount: Number(draft.body["amount"]), happened_at: String(draft.body["happened_at"]), draft, payment: answer?.payment ?? undefined };
    })
    .filter(({ happened_at }) => day(new Date(happened_at)) === date);
  const told = recorded.map(({ id, amount, happened_at, payment }): Row => ({ id, amount, happened_at, draft: undefined, payment: payment ?? undefined }));
  return [...kept, ...told].sort((a, b) => Date.parse(b.happened_at) - Date.parse(a.happened_at) || (a.id < b.id ? 1 : -1));
}
