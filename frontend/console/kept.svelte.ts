// A list read from the server and kept on the phone, so that a form can still offer it without signal.
import type { Database } from "./database";
import type { Ask } from "./reach";

/** Pages read at most; a person with more than a thousand plots is not standing in one of them. */
const MOST_PAGES = 10;

/** Every item of a list of the API. */
export async function all<T>(ask: Ask, path: string): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = "";
  for (let page = 0; page < MOST_PAGES && cursor !== null; page += 1) {
    const joint = path.includes("?") ? "&" : "?";
    const at = `${path}${joint}limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const answer: { items: T[]; next_cursor: string | null } = await ask(at);
    items.push(...answer.items);
    cursor = answer.next_cursor;
  }
  return items;
}

export class Kept<T> {
  /** `undefined` until something is known, from the phone or from the server. */
  value = $state.raw<T>();
  /** When the server said so, in milliseconds since 1970. */
  at = $state<number>();
  private readonly key: string;

  constructor(
    private readonly db: Database,
    /** Whose it is: nothing of one person is ever shown for another. */
    owner: string,
    name: string,
    private readonly read: () => Promise<T>,
  ) {
    this.key = `${owner}/${name}`;
  }

  /** What the phone knows. */
  async recall(): Promise<void> {
    const kept = (await this.db.get("kept", this.key)) as { value: T; at: number } | undefined;
    if (kept && this.value === undefined) ({ value: this.value, at: this.at } = kept);
  }

  /** What the server says now; when it says nothing, what was known stays. Throws `Unreachable` or `Refused`. */
  async refresh(): Promise<void> {
    await this.learn(await this.read());
  }

  /** The server said it, as the answer to something else. */
  async learn(value: T): Promise<void> {
    const at = Date.now();
    [this.value, this.at] = [value, at];
    await this.db.put("kept", { value, at }, this.key);
  }
}
