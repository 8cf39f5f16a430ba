// The outbox: drafts go in at any time and come out one after the other when the server can be reached.
import { type Draft, newDraft } from "./draft";
import { type Outcome, departed, letIn, returned, shutOut, stranded } from "./lifecycle";
import type { Store } from "./store";

/** What the outbox needs from the world around it. */
export interface World {
  send(draft: Draft): Promise<Outcome>;
  /** Runs `work` while no other tab or worker of this browser runs any. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** A draft is new or has changed. */
  changed(): void;
  now(): number;
  /** 0 to 1. */
  chance(): number;
}

/** What a round of sending came to. */
export interface Round {
  /** Drafts that the server recorded. */
  sent: number;
  /** When a timer should knock again, in milliseconds since 1970; absent when nothing waits. */
  next_at?: number;
}

export class Outbox {
  private round: Promise<Round> | undefined;
  private again: { eager: boolean } | undefined;

  constructor(
    readonly store: Store,
    private readonly world: World,
  ) {}

  /** Keeps what was written. It is safe on the phone when this resolves; nothing has been sent yet. */
  async add(input: Parameters<typeof newDraft>[0], id?: string): Promise<Draft> {
    const draft = newDraft(input, id, this.world.now());
    await this.store.put(draft);
    this.world.changed();
    return draft;
  }

  /** A refused draft written anew: another id, because the server may know the old one with the old words. */
  async rewrite(refused: Draft, body: Record<string, unknown>): Promise<Draft | undefined> {
    const draft = newDraft({ ...refused, body }, undefined, this.world.now());
    const done = await this.store.remove(refused.id, draft);
    this.world.changed();
    return done ? draft : undefined;
  }

  /** What the server has told since of a draft that it recorded: without signal it is still known. */
  async learn(id: string, answer: unknown): Promise<void> {
    await this.store.change(id, (draft) => (draft.state === "sent" ? { ...draft, answer } : draft));
    this.world.changed();
  }

  async discard(id: string): Promise<boolean> {
    const done = await this.store.remove(id);
    this.world.changed();
    return done;
  }

  /** `owner` has signed in: what was shut out may go again. */
  async welcome(owner: string): Promise<void> {
    await this.store.changeAll(letIn, owner);
    this.world.changed();
  }

  /**
   * Sends what waits, oldest first. `eager` also sends what a pause still holds back: the network has just returned, or
   * a person asks. Calls made meanwhile share one more round.
   */
  drain(options: { eager: boolean }): Promise<Round> {
    if (this.round) {
      this.again = { eager: options.eager || (this.again?.eager ?? false) };
      return this.round;
    }
    this.round = this.rounds(options).finally(() => (this.round = undefined));
    return this.round;
  }

  private async rounds(options: { eager: boolean }): Promise<Round> {
    let wanted: { eager: boolean } | undefined = options;
    let result: Round = { sent: 0 };
    while (wanted) {
      const { eager } = wanted;
      this.again = undefined;
      const { sent, next_at } = await this.world.alone(() => this.once(eager));
      result = { sent: result.sent + sent, ...(next_at !== undefined && { next_at }) };
      wanted = this.again;
    }
    return result;
  }

  private async once(eager: boolean): Promise<Round> {
    // Sending happens only here, alone: a draft that is `sending` now lost its sender.
    await this.store.changeAll(stranded);
    const tried = new Set<string>();
    let sent = 0;
    for (;;) {
      // Asked anew for every draft: somebody else may have signed in meanwhile.
      const owner = await this.store.sender();
      const waiting = owner === undefined ? [] : (await this.store.of(owner)).filter(({ state }) => state === "waiting");
      const next = waiting.find(({ id, next_try_at }) => !tried.has(id) && (eager || next_try_at <= this.world.now()));
      if (!next) return { sent, ...soonest(waiting) };
      tried.add(next.id);

      const draft = await this.store.change(next.id, departed);
      if (!draft) continue;
      this.world.changed();
      const outcome = await this.world.send(draft);
      await this.store.change(draft.id, (current) => returned(current, outcome, this.world.now(), this.world.chance()));
      if (outcome.is === "recorded") sent += 1;
      if (outcome.is === "signed_out") await this.store.changeAll(shutOut, draft.owner);
      this.world.changed();
      if (outcome.is === "unreachable" || outcome.is === "busy" || outcome.is === "signed_out") {
        const left = (await this.store.of(draft.owner)).filter(({ state }) => state === "waiting");
        // The way is shut for all of them, so none is due before the one that found out.
        const found = left.find(({ id }) => id === draft.id);
        return { sent, ...(found ? { next_at: found.next_try_at } : soonest(left)) };
      }
    }
  }
}

function soonest(waiting: Draft[]): { next_at?: number } {
  return waiting.length === 0 ? {} : { next_at: Math.min(...waiting.map(({ next_try_at }) => next_try_at)) };
}
