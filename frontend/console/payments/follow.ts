// A payment followed until it is settled: by server-sent events, and by long polls where those do not come through.
import { Refused, ask } from "../reach";
import type { Payment } from "../wire";

/** The longest that the server holds a poll, in seconds. */
const WAIT_S = 25;
const PAUSE_MS = 3_000;

/** What is known of a payment: its id alone is the right to ask. */
export type Seen = Pick<Payment, "id" | "amount" | "status"> & Partial<Payment>;

/**
 * Calls `seen` with the payment as it is now and after each change, until `signal` is aborted. Events only wake it: what
 * is shown is always read anew, so a lost or doubled event does no harm.
 */
export async function follow(id: string, seen: (payment: Seen) => void, signal: AbortSignal): Promise<void> {
  const path = `/api/v1/payments/${id}`;
  const read = async (wait: string): Promise<Seen | undefined> => {
    try {
      const payment = await ask<Seen>(path + wait, { signal }, (WAIT_S + 10) * 1000);
      if (!signal.aborted) seen(payment);
      return payment;
    } catch (error) {
      // 404 stays 404; anything else may pass.
      if (error instanceof Refused && error.status === 404) throw error;
      return undefined;
    }
  };
  let payment = await read("");
  while (!signal.aborted) {
    const heard = await listen(`${path}/events`, () => void read("").catch(() => undefined), signal);
    if (signal.aborted) return;
    // A stream that worked and ended is opened again; one that never came is replaced by a poll, which tells at once.
    const before = Date.now();
    payment = (await read(heard || payment?.status !== "pending" ? "" : `?wait=${WAIT_S}`)) ?? payment;
    if (Date.now() - before < PAUSE_MS) await rest(PAUSE_MS, signal);
  }
}

/** Hears events until the stream breaks; whether it had ever opened. */
function listen(path: string, woken: () => void, signal: AbortSignal): Promise<boolean> {
  return new Promise((done) => {
    if (!("EventSource" in globalThis)) return done(false);
    let opened = false;
    const source = new EventSource(path);
    const end = (): void => {
      source.close();
      signal.removeEventListener("abort", end);
      done(opened);
    };
    source.onopen = () => (opened = true);
    source.onmessage = woken;
    source.onerror = end;
    signal.addEventListener("abort", end);
  });
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), done()), { once: true });
  });
}
