// The diary as it is shown: what the server has recorded and what still lies in the outbox, each line once.
import type { Draft, State } from "../../outbox/draft";
import type { Quantity } from "../../units";
import type { DiaryLine } from "../../wire";

export interface Line {
  id: string;
  plot_id: string | null;
  activity: string;
  happened_at: string;
  note: string;
  input_name: string | null;
  interval_days: number | null;
  quantity: Quantity | null;
  /** Another line is to be read instead of it. */
  corrected: boolean;
  /** It is to be read instead of another. */
  correction: boolean;
  late: boolean;
  state: State;
}

/** Newest first. A draft that the server lists already is shown as the server has it. */
export function lines(recorded: DiaryLine[], drafts: Draft[]): Line[] {
  const known = new Set(recorded.map(({ id }) => id));
  const kept = drafts.filter(({ id, kind }) => kind === "diary" && !known.has(id)).map(fromDraft);
  const put = new Set(drafts.filter(({ kind, state }) => kind === "diary" && state !== "refused").map(({ body }) => body["correction_of"]));
  const told = recorded.map((line): Line => {
    // What an older version of the program has left on the phone knows nothing of corrections.
    const { quantity = null, correction_of = null, corrected_by = null, late = false } = line as Partial<DiaryLine>;
    return { ...line, quantity, late, corrected: corrected_by !== null || put.has(line.id), correction: correction_of !== null, state: "sent" };
  });
  return [...kept, ...told].sort((a, b) => Date.parse(b.happened_at) - Date.parse(a.happened_at) || (a.id < b.id ? 1 : -1));
}

function fromDraft({ id, body, state }: Draft): Line {
  const text = (name: string): string | null => (typeof body[name] === "string" ? body[name] : null);
  return {
    id,
    plot_id: text("plot_id"),
    activity: text("activity") ?? "",
    happened_at: text("happened_at") ?? "",
    note: text("note") ?? "",
    input_name: text("input_name"),
    interval_days: typeof body["interval_days"] === "number" ? body["interval_days"] : null,
    quantity: (body["quantity"] as Quantity | undefined) ?? null,
    corrected: false,
    correction: text("correction_of") !== null,
    late: false,
    state,
  };
}
