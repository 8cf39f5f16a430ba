// An order cycle as it is typed: when orders are taken, and when the goods are handed over.
import { fieldTime, ofFieldTime } from "../../figures";
import type { Cycle, Mode } from "./wire";

export interface TypedCycle {
  name: string;
  opens: string;
  closes: string;
  handOver: string;
  modes: Mode[];
  listings: string[];
  note: string;
}

export function typedCycle(cycle?: Cycle): TypedCycle {
  if (!cycle) return { name: "", opens: "", closes: "", handOver: "", modes: [], listings: [], note: "" };
  return {
    name: cycle.name, opens: fieldTime(cycle.opens_at), closes: fieldTime(cycle.closes_at), handOver: cycle.hand_over_on,
    modes: [...cycle.modes], listings: [...cycle.listing_ids], note: cycle.note,
  };
}

/** What is wrong, by the field of the body: the ids of messages. */
export function faultsOf({ name, opens, closes, handOver, modes, listings }: TypedCycle): Record<string, string> {
  const wrong: Record<string, string> = {};
  if (name.trim() === "") wrong["/name"] = "console-ship-name-wrong";
  if (opens === "") wrong["/opens_at"] = "console-cycle-time-wrong";
  if (closes === "" || closes <= opens) wrong["/closes_at"] = "console-cycle-closes-wrong";
  if (handOver === "" || (closes !== "" && handOver < closes.slice(0, 10))) wrong["/hand_over_on"] = "console-cycle-hand-over-wrong";
  if (modes.length === 0) wrong["/modes"] = "console-cycle-modes-wrong";
  if (listings.length === 0) wrong["/listing_ids"] = "console-cycle-listings-wrong";
  return wrong;
}

export function cycleBody({ name, opens, closes, handOver, modes, listings, note }: TypedCycle): Record<string, unknown> {
  return { name: name.trim(), opens_at: ofFieldTime(opens), closes_at: ofFieldTime(closes), hand_over_on: handOver, modes, listing_ids: listings, note: note.trim() };
}
