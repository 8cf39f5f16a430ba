// A payment followed until it is settled: by server-sent events, and by long polls where those do not come through.
import { pause } from "../outbox/lifecycle";
import { Refused, ask } from "../reach";
import type { Payment } from "../wire";

/** The longest that the server holds a poll, in seconds. */
const WAIT_S = 25;
/** Pauses between tries do not grow beyond the fourth: somebody stands there and waits. */
const LONGEST_PAUSE = 4;

/**
 * Calls `seen` with the payment as it is now and after each change, until `signal` is aborted. The payment's id is the
 * right to ask. Throws `Refused` when there is no such payment.
 */
export async function follow(id: string, seen: (payment: Payment) => void, signal: AbortSignal): Promise<void> {
  const path = `/api/v1/payments/${id}`;
  const tell = (payment: Payment): void => {
    if (!signal.aborted) seen(payment);
  };
  let missed = 0;
  while (!signal.aborted) {
    const opened = await listen(`${path}/events`, tell, signal);
    if (signal.aborted) return;
    try {
      // A stream that never opened may be kept out by something on the way; a request that is held is not.
      tell(await ask<Payment>(opened ? path : `${path}?wait=${WAIT_S}`, { signal }, (WAIT_S + 10) * 1000));
      missed = 0;
    } catch (error) {
      if (error instanceof Refused && error.status === 404) throw error;
      missed += 1;
    }
    await rest(pause(Math.min(missed, LONGEST_PAUSE)), signal);
  }
}

/** Hears events, each of which holds the payment, until the stream breaks; whether it had ever opened. */
function listen(path: string, tell: (payment: Payment) => void, signal: AbortSignal): Promise<boolean> {
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
    source.onmessage = ({ data }) => tell(JSON.parse(data) as Payment);
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
