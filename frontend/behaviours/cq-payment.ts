/**
 * `<cq-payment payment="id" status="pending">…</cq-payment>`: asks for the page again when the payment is no longer what
 * it was when the page was written. It listens to the payment's stream; where that is cut (an old proxy, a phone that
 * slept) it asks and lets the server hold the question, and where even that fails it asks again later. The link "look
 * again" in the page stays: it is the only way where script does not run.
 */
export class PaymentWatch extends HTMLElement {
  private stream: EventSource | undefined;
  private asking: AbortController | undefined;

  connectedCallback(): void {
    if (typeof EventSource === "undefined") {
      void this.ask();
      return;
    }
    const stream = new EventSource(`${this.address()}/events`);
    this.stream = stream;
    const heard = (event: Event) => this.look((event as MessageEvent<string>).data);
    stream.addEventListener("message", heard);
    stream.addEventListener("payment", heard);
    stream.addEventListener("error", () => {
      // While it is connecting again by itself there is nothing to do.
      if (stream.readyState === EventSource.CLOSED) void this.ask();
    });
  }

  disconnectedCallback(): void {
    this.stream?.close();
    this.asking?.abort();
  }

  private address(): string {
    return `/api/v1/payments/${this.getAttribute("payment") ?? ""}`;
  }

  /** Long-polls for as long as the page is there. */
  private async ask(): Promise<void> {
    if (this.asking) return;
    const { signal } = (this.asking = new AbortController());
    while (!signal.aborted) {
      const begun = Date.now();
      try {
        const answer = await fetch(`${this.address()}?wait=25`, { signal, cache: "no-store" });
        if (answer.ok) this.look(await answer.text());
      } catch {
        // Out of reach for the moment.
      }
      // An answer that came at once was no wait: a server that stops, or a network that is gone.
      if (Date.now() - begun < 5000) await new Promise((done) => setTimeout(done, 5000));
    }
  }

  private look(text: string): void {
    const { status } = JSON.parse(text) as { status?: string };
    if (status === undefined || status === this.getAttribute("status")) return;
    this.disconnectedCallback();
    location.reload();
  }
}
