// A write that needs signal, as a form shows it: on its way, refused with the server's words, or lost on the way.
import type { Desk } from "../desk.svelte";
import { uuid } from "../outbox/draft";
import type { Problem } from "../problem";
import { type Hand, Refused, Unreachable, change, tell } from "../reach";

export class Task {
  busy = $state(false);
  /** The server's refusal of the last try. */
  problem = $state.raw<Problem>();
  /** The last try met no server. Trying again is safe. */
  lost = $state(false);
  private said = "";
  private key = "";

  constructor(private readonly desk: Desk) {}

  /** What the server says of the field at one of these JSON Pointers. */
  wrong(...pointers: string[]): string | undefined {
    return this.problem?.errors.find(({ pointer }) => pointers.includes(pointer))?.detail;
  }

  /** What the server says that belongs to none of `pointers`, which have a place of their own on the form. */
  rest(...pointers: string[]): string[] {
    const { problem } = this;
    if (!problem) return [];
    const others = problem.errors.filter(({ pointer }) => !pointers.includes(pointer)).map(({ detail }) => detail);
    return problem.errors.length === 0 ? [problem.detail] : others;
  }

  /** Creates something; the same words tried again create it once. `undefined`: it did not come to that. */
  post<T>(path: string, body: unknown): Promise<T | undefined> {
    const said = `${path} ${JSON.stringify(body)}`;
    if (said !== this.said) [this.said, this.key] = [said, uuid()];
    return this.run(async (hand) => {
      const answer = await tell<T>(path, body, this.key, hand);
      // Done: the same words mean another one from now on.
      this.said = "";
      return answer;
    });
  }

  change<T>(method: "PATCH" | "PUT" | "DELETE", path: string, body?: unknown): Promise<T | undefined> {
    return this.run((hand) => change<T>(method, path, body, hand));
  }

  async run<T>(work: (hand: Hand) => Promise<T>): Promise<T | undefined> {
    const { hand } = this.desk;
    if (this.busy || !hand) return undefined;
    [this.busy, this.problem, this.lost] = [true, undefined, false];
    try {
      return await work(hand);
    } catch (error) {
      this.desk.noticed(error);
      this.lost = error instanceof Unreachable;
      if (error instanceof Refused) {
        if (error.status === 401) this.desk.signedOut = true;
        this.problem = error.problem;
      }
      return undefined;
    } finally {
      this.busy = false;
    }
  }
}
