// The list that belongs to what is chosen now: a seller, a month, an account. The phone's own knowledge is shown first, the
// server's as soon as it can be had.
import { untrack } from "svelte";
import type { Desk } from "../desk.svelte";
import type { Kept } from "../kept.svelte";

/** `which` is asked again whenever something it reads changes. */
export function chosen<T>(desk: Desk, which: () => Kept<T> | undefined): { readonly list: Kept<T> | undefined } {
  let list = $state.raw<Kept<T>>();
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
    untrack(() => void shown?.refresh().catch(desk.noticed));
  });
  return {
    get list() {
      return list;
    },
  };
}
