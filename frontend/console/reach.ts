// Reading and asking the server, outside the outbox: what is read is kept for when there is no signal.
import { type Problem, readProblem } from "./problem";
import { language } from "./words";

/** The server could not be reached, or something between us and it answered. */
export class Unreachable extends Error {}

/** The server refused, in its own words. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.detail);
  }
}

const PATIENCE_MS = 20_000;

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
    const problem = readProblem(response.headers, body);
    throw problem && response.status < 500 ? new Refused(response.status, problem) : new Unreachable();
  } catch (error) {
    throw error instanceof Refused || error instanceof Unreachable ? error : new Unreachable();
  } finally {
    clearTimeout(timer);
  }
}

/** A write that needs signal. Give the same `key` to a second try of the same thing: it is then done once. */
export function tell<T>(path: string, body: unknown, key: string, owner: string): Promise<T> {
  return ask<T>(path, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": key, "choque-account": owner },
    body: JSON.stringify(body),
  });
}

/** A change that may be sent twice without harm: what the thing is afterwards does not depend on how often. */
export function change<T>(method: "PATCH" | "PUT", path: string, body: unknown, owner: string): Promise<T> {
  return ask<T>(path, { method, headers: { "content-type": "application/json", "choque-account": owner }, body: JSON.stringify(body) });
}
