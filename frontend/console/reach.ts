// Reading and asking the server, outside the outbox: what is read is kept for when there is no signal.
import { type Problem, readProblem } from "./problem";
import { language } from "./words";

/** The server could not be reached or takes nothing now, or something between us and it answered. */
export class Unreachable extends Error {}

/** The server refused, or failed at this very thing (500), in its own words; everything else goes on. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.detail);
  }
}

const PATIENCE_MS = 20_000;

/** Whose request it is. */
export interface Hand {
  /** The account that is signed in. The session belongs to the browser and may have changed hands. */
  owner: string;
  /** The account on whose behalf a helper acts. */
  behalf?: string | undefined;
}

/** The headers that say so: the server refuses what another account's session sends. */
export function named({ owner, behalf }: Hand): Record<string, string> {
  return { "choque-account": owner, ...(behalf !== undefined && { "choque-on-behalf": behalf }) };
}

/** Reads for one `Hand`, whoever is at the desk by the time of the answer. */
export type Ask = <T>(path: string, init?: RequestInit) => Promise<T>;

export function asker(hand: Hand): Ask {
  return (path, init = {}) => ask(path, { ...init, headers: { ...(init.headers as Record<string, string>), ...named(hand) } });
}

/** The JSON answer of the API. Throws `Unreachable` or `Refused`. */
export async function ask<T>(path: string, init: RequestInit = {}, patience_ms = PATIENCE_MS): Promise<T> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), patience_ms);
  init.signal?.addEventListener("abort", () => giveUp.abort());
  try {
    // The server's words stand among ours, so they are in the language that was chosen here.
    const headers = { accept: "application/json", "accept-language": language, ...(init.headers as Record<string, string>) };
    const response = await fetch(path, { credentials: "same-origin", redirect: "error", cache: "no-store", ...init, headers, signal: giveUp.signal });
    const body: unknown = await response.json().catch(() => undefined);
    if (response.ok && body !== undefined) return body as T;
    // Done, and nothing to say about it.
    if (response.status === 202 || response.status === 204) return null as T;
    const problem = readProblem(response.headers, body);
    throw problem && response.status <= 500 ? new Refused(response.status, problem) : new Unreachable();
  } catch (error) {
    throw error instanceof Refused || error instanceof Unreachable ? error : new Unreachable();
  } finally {
    clearTimeout(timer);
  }
}

/** A file of the server's. Throws `Unreachable` or `Refused`. */
export async function file(path: string, hand: Hand): Promise<Blob> {
  const response = await fetch(path, { credentials: "same-origin", redirect: "error", cache: "no-store", headers: { "accept-language": language, ...named(hand) } }).catch(() => undefined);
  if (!response) throw new Unreachable();
  if (response.ok) return response.blob();
  const problem = readProblem(response.headers, await response.json().catch(() => undefined));
  throw problem && response.status <= 500 ? new Refused(response.status, problem) : new Unreachable();
}

/** A write that needs signal. Give the same `key` to a second try of the same thing: it is then done once. */
export function tell<T>(path: string, body: unknown, key: string, hand: Hand): Promise<T> {
  return ask<T>(path, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": key, ...named(hand) },
    body: JSON.stringify(body),
  });
}

/** A change that may be sent twice without harm: what the thing is afterwards does not depend on how often. */
export function change<T>(method: "PATCH" | "PUT" | "DELETE", path: string, body: unknown, hand: Hand): Promise<T> {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  return ask<T>(path, { method, headers: { ...(body !== undefined && { "content-type": "application/json" }), ...named(hand) }, ...json });
}
