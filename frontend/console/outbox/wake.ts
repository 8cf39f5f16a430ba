// When the outbox is emptied: at the start, when the network returns, when somebody looks at the page, after something
// was added, and by a timer. Background Sync (Chromium only) makes it quicker and is never relied on.
import type { Outbox } from "./outbox";
import { SYNC } from "./world";


export class Wake {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly outbox: Outbox) {}

  /** Begins to listen. The first round is the caller's, once it is known who is writing. */
  start(): void {
    addEventListener("online", () => this.drain(true));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.drain(true);
    });
  }

  /** After something was added. */
  added(): void {
    this.drain(false);
    void navigator.serviceWorker?.ready
      .then((registration) => (registration as { sync?: { register(tag: string): Promise<void> } }).sync?.register(SYNC))
      .catch(() => undefined);
  }

  drain(eager: boolean): void {
    clearTimeout(this.timer);
    // `false` is certain, `true` is not: without any network a try would only cost battery.
    if (!navigator.onLine) return;
    void this.outbox.drain({ eager }).then(({ next_at }) => {
      if (next_at === undefined) return;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.drain(false), Math.max(next_at - Date.now(), 500));
    });
  }
}
