// The real world of the outbox: this browser's network, clock and locks. The same in a page and in the service worker.
import type { World } from "./outbox";
import { send } from "./send";

const NAME = "choque-outbox";

/** The tag under which the service worker is asked to help (Background Sync). */
export const SYNC = "outbox";

/** Tells the other tabs and the service worker, and hears from them, that drafts have changed. */
export function channel(): BroadcastChannel | undefined {
  return "BroadcastChannel" in globalThis ? new BroadcastChannel(NAME) : undefined;
}

export function world(changed: () => void): World {
  return {
    send: (draft) => send(draft),
    // Old browsers have no locks. There two tabs may send one draft at once, and the server records it once.
    alone: (work) => ("locks" in navigator ? navigator.locks.request(NAME, work) : work()),
    changed,
    now: () => Date.now(),
    chance: () => Math.random(),
  };
}
