// The list that belongs to what is chosen now: a seller, a month, an account. The phone's own knowledge is shown first, the
// server's as soon as it can be had.
import { untrack } from "svelte";
import type { Desk } from "../desk.svelte";
import type { Kept } from "../kept.svelte";
import { Refused } from "../reach";

interface Chosen<T> {
  readonly list: Kept<T> | undefined;
  /** Why the server does not show it, in its words. */
  readonly refused: string;
}

/** `which` is asked again whenever something it reads changes. */
export function chosen<T>(desk: Desk, which: () => Kept<T> | undefined): Chosen<T> {
  let list = $state.raw<Kept<T>>();
  let refused = $state("");
  $effect(() => {
    const next = which();
    let current = true;
    void (next?.recall() ?? Promise.resolve()).then(() => {
      if (current) list = next;
    });
    return () => {
      current = false;
    };
  });
  $effect(() => {
    if (!desk.reached) return;
    const shown = list;
    refused = "";
    const heard = (error: unknown): void => {
      if (error instanceof Refused && shown === list) refused = error.problem.detail;
      desk.noticed(error);
    };
    untrack(() => void shown?.refresh().catch(heard));
  });
  return {
    get list() {
      return list;
    },
    get refused() {
      return refused;
    },
  };
}
