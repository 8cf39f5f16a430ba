// How a draft goes from one state to the next: pure, and the only place that says so.
import type { Draft, Refusal } from "./draft";

/** What came of sending a draft. */
export type Outcome =
  /** The server recorded it, now or on an earlier try. */
  | { is: "recorded"; answer: unknown }
  /** No answer from the server itself: no network, a timeout, a hotel's login page, a proxy without its server. */
  | { is: "unreachable" }
  /** The server asks to be left alone for a while. */
  | { is: "busy"; wait_ms: number }
  /** The server fails at this very draft; others may go through. */
  | { is: "broken" }
  | { is: "signed_out" }
  | { is: "refused"; refusal: Refusal };

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 5 * 60_000;

/**
 * How long a draft rests after its nth try: doubling, at most five minutes, and up to a quarter shorter by `chance` (0 to
 * 1), so that a whole market does not knock in the same second when its signal returns.
 */
export function pause(attempts: number, chance = 0): number {
  const whole = Math.min(FIRST_PAUSE_MS * 2 ** Math.max(attempts - 1, 0), LONGEST_PAUSE_MS);
  return Math.round(whole * (1 - chance / 4));
}

/** On its way. */
export function departed(draft: Draft): Draft {
  return { ...draft, state: "sending", attempts: draft.attempts + 1 };
}

/** Its sender died between sending and hearing the answer: it goes again, under the same key. */
export function stranded(draft: Draft): Draft {
  return draft.state === "sending" ? { ...draft, state: "waiting", next_try_at: 0 } : draft;
}

/** Nobody is signed in who may send it. */
export function shutOut(draft: Draft): Draft {
  return draft.state === "waiting" || draft.state === "sending" ? { ...draft, state: "needs_sign_in" } : draft;
}

/** Its owner has signed in again. */
export function letIn(draft: Draft): Draft {
  return draft.state === "needs_sign_in" ? { ...draft, state: "waiting", next_try_at: 0 } : draft;
}

/** Back from the server, or from trying to reach it. */
export function returned(draft: Draft, outcome: Outcome, now: number, chance: number): Draft {
  switch (outcome.is) {
    case "recorded": {
      const { refusal: _, ...rest } = draft;
      return { ...rest, state: "sent", answer: outcome.answer };
    }
    case "unreachable":
    case "broken":
      return { ...draft, state: "waiting", next_try_at: now + pause(draft.attempts, chance) };
    case "busy":
      return { ...draft, state: "waiting", next_try_at: now + Math.max(outcome.wait_ms, pause(draft.attempts, chance)) };
    case "signed_out":
      return shutOut(draft);
    case "refused":
      return { ...draft, state: "refused", refusal: outcome.refusal };
  }
}
