// One draft, one request; what came of it in the outbox's own words.
import { readProblem } from "../problem";
import { named } from "../reach";
import type { Draft } from "./draft";
import type { Outcome } from "./lifecycle";

const PATIENCE_MS = 30_000;

export async function send(draft: Draft, fetch: typeof globalThis.fetch = globalThis.fetch): Promise<Outcome> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), PATIENCE_MS);
  try {
    const response = await fetch(draft.path, {
      method: "POST",
      headers: {
        accept: "application/json",
        "content-type": "application/json",
        "idempotency-key": draft.id,
        ...named({ owner: draft.owner, behalf: draft.onBehalf?.id }),
      },
      body: JSON.stringify(draft.body),
      credentials: "same-origin",
      redirect: "error",
      cache: "no-store",
      signal: giveUp.signal,
    });
    return read(draft, response.status, response.headers, await response.text());
  } catch {
    return { is: "unreachable" };
  } finally {
    clearTimeout(timer);
  }
}

function read(draft: Draft, status: number, headers: Headers, text: string): Outcome {
  if (status >= 200 && status < 300) {
    const answer = parse(text);
    // A Wi-Fi login page answers 200 too. Only an answer that names this draft is the server's.
    return isOf(draft, answer) ? { is: "recorded", answer } : { is: "unreachable" };
  }
  if (status === 502 || status === 504) return { is: "unreachable" };
  const problem = readProblem(headers, parse(text));
  if (status >= 500 && status !== 503) return { is: "broken" };
  const inFlight = status === 409 && problem?.code === "in-flight";
  if (status === 503 || status === 429 || status === 408 || inFlight) return { is: "busy", wait_ms: retryAfter(headers) };
  // Refusals of ours are problem+json (RFC 9457); anything else speaks for something between us and the server.
  if (!problem) return { is: "unreachable" };
  if (status === 401) return { is: "signed_out" };
  return { is: "refused", refusal: { detail: problem.detail, errors: problem.errors } };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A batch gets its id from the server, so its answer names the draft by what it is a batch of. */
function isOf(draft: Draft, answer: unknown): boolean {
  if (typeof answer !== "object" || answer === null) return false;
  const told = answer as Record<string, unknown>;
  if (draft.kind === "batch") return typeof told["lot"] === "string" && told["product_id"] === draft.body["product_id"];
  return told["id"] === draft.id;
}

/** `Retry-After` in milliseconds; only its seconds are understood, which is what our server writes. */
function retryAfter(headers: Headers): number {
  const seconds = Number(headers.get("retry-after"));
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 3600) * 1000 : 0;
}
