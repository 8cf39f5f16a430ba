// How a dossier stands with its deadline: never by colour alone.
import type { IconName } from "../../parts/icons";
import type { Dossier } from "./wire";

export interface Standing {
  tone: "good" | "care" | "bad" | "open";
  icon: IconName;
  /** The id of its words; `count` and `date` are put in. */
  words: string;
  count: number;
}

/** Working days from which on it presses. */
const PRESSING = 3;

export function standing({ remaining_working_days: left, stands_since, state }: Pick<Dossier, "remaining_working_days" | "stands_since" | "state">): Standing {
  if (state === "granted") return { tone: "good", icon: "check", words: "console-due-granted", count: 0 };
  if (state === "refused") return { tone: "open", icon: "hand", words: "console-due-refused", count: 0 };
  if (state === "withdrawn") return { tone: "open", icon: "erase", words: "console-due-withdrawn", count: 0 };
  if (stands_since !== null) return { tone: "open", icon: "waiting", words: "console-due-stands", count: Math.max(left ?? 0, 0) };
  if (left === null) return { tone: "open", icon: "info", words: "console-due-none", count: 0 };
  if (left < 0) return { tone: "bad", icon: "alert", words: "console-due-over", count: -left };
  if (left === 0) return { tone: "bad", icon: "alert", words: "console-due-today", count: 0 };
  return left <= PRESSING ? { tone: "care", icon: "waiting", words: "console-due-soon", count: left } : { tone: "good", icon: "calendar", words: "console-due-left", count: left };
}
