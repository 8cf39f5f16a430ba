// Drafts at rest. Every change of one is a transaction of its own, so two tabs never overwrite each other's.
import type { Database } from "../database";
import type { Draft } from "./draft";

/** How long a recorded draft is still shown. */
const SHOWN_MS = 2 * 24 * 60 * 60 * 1000;

export class DraftExists extends Error {
  constructor(id: string) {
    super(`a draft ${id} exists already`);
  }
}

export class Store {
  constructor(private readonly db: Database) {}

  /**
   * Keeps a new draft, on the disk when this returns: a phone whose battery dies has not lost it. Throws `DraftExists` for
   * an id that is taken: a draft is never overwritten by another.
   */
  async put(draft: Draft): Promise<void> {
    const transaction = this.db.transaction("drafts", "readwrite", { durability: "strict" });
    try {
      await Promise.all([transaction.store.add(draft), transaction.done]);
    } catch (error) {
      throw error instanceof DOMException && error.name === "ConstraintError" ? new DraftExists(draft.id) : error;
    }
  }

  get(id: string): Promise<Draft | undefined> {
    return this.db.get("drafts", id);
  }

  /** The drafts of `owner`, in the order in which they were written. */
  async of(owner: string): Promise<Draft[]> {
    return (await this.db.getAllFromIndex("drafts", "owner", owner)).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Puts `change(draft)` in the draft's place; a draft that was thrown away stays away. */
  async change(id: string, change: (draft: Draft) => Draft): Promise<Draft | undefined> {
    const transaction = this.db.transaction("drafts", "readwrite");
    const draft = await transaction.store.get(id);
    const changed = draft && change(draft);
    if (changed) await transaction.store.put(changed);
    await transaction.done;
    return changed;
  }

  /** The same for every draft, or every draft of `owner`. */
  async changeAll(change: (draft: Draft) => Draft, owner?: string): Promise<void> {
    const transaction = this.db.transaction("drafts", "readwrite");
    for (let at = await transaction.store.openCursor(); at; at = await at.continue()) {
      const changed = change(at.value);
      if (changed !== at.value && (owner === undefined || owner === at.value.owner)) await at.update(changed);
    }
    await transaction.done;
  }

  /** Throws a draft away, unless it is on its way: then nobody knows yet whether the server has it. */
  async remove(id: string, replacement?: Draft): Promise<boolean> {
    const transaction = this.db.transaction("drafts", "readwrite", { durability: "strict" });
    const draft = await transaction.store.get(id);
    const free = draft !== undefined && draft.state !== "sending";
    if (free) {
      await transaction.store.delete(id);
      if (replacement) await transaction.store.add(replacement);
    }
    await transaction.done;
    return free;
  }

  /** Forgets what was recorded days ago. */
  async sweep(now: number): Promise<void> {
    const transaction = this.db.transaction("drafts", "readwrite");
    for (let at = await transaction.store.openCursor(); at; at = await at.continue()) {
      if (at.value.state === "sent" && Date.parse(at.value.made_at) < now - SHOWN_MS) await at.delete();
    }
    await transaction.done;
  }

  /** Whose drafts may be sent: the account that is writing on this phone. */
  async sender(): Promise<string | undefined> {
    return (await this.db.get("settings", "person")) as string | undefined;
  }
}
