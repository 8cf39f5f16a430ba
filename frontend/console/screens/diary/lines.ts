// The diary as it is shown: what the server has recorded and what still lies in the outbox, each line once.
import type { Draft, State } from "../../outbox/draft";
import type { DiaryLine } from "../../wire";

export interface Line {
  id: string;
  plot_id: string | null;
  activity: string;
  happened_at: string;
  note: string;
  input_name: string | null;
  interval_days: number | null;
  state: State;
}

/** Newest first. A draft that the server lists already is shown as the server has it. */
export function lines(recorded: DiaryLine[], drafts: Draft[]): Line[] {
  const known = new Set(recorded.map(({ id }) => id));
  const kept = drafts.filter(({ id, kind }) => kind === "diary" && !known.has(id)).map(fromDraft);
  const told = recorded.map((line): Line => ({ ...line, state: "sent" }));
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
    state,
  };
}
