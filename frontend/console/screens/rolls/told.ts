// What was told of rolls on this phone, and what the server made of it.
import type { Draft, State } from "../../outbox/draft";

export interface Told {
  draft: string;
  batch_id: string;
  from: string;
  to: string;
  state: State;
  /** How many stickers were put on the batch, once the server has said. */
  bound?: number;
  /** Running numbers, once the server has said. */
  numbers?: [number, number];
  /** The first sticker that had been told to be on another batch, and how many there are. */
  clash?: { count: number; number: number; lot: string };
}

interface Answer {
  bound?: number;
  clashes?: number;
  from_number?: number;
  to_number?: number;
  clashing?: { number: number; lot: string }[];
}

/** Newest first. */
export function told(drafts: Draft[]): Told[] {
  return drafts
    .filter(({ kind }) => kind === "roll")
    .map(({ id, body, state, answer }) => {
      const said = (answer ?? {}) as Answer;
      const [first] = said.clashing ?? [];
      return {
        draft: id,
        batch_id: String(body["batch_id"]),
        from: String(body["from_code"]),
        to: String(body["to_code"]),
        state,
        ...(said.bound !== undefined && { bound: said.bound }),
        ...(said.from_number !== undefined && said.to_number !== undefined && { numbers: [said.from_number, said.to_number] as [number, number] }),
        ...(first && { clash: { count: said.clashes ?? 1, number: first.number, lot: first.lot } }),
      };
    })
    .reverse();
}
