// Lists that a screen reads anew when it opens and whenever the server can be reached again.
import { untrack } from "svelte";
import type { Desk } from "../desk.svelte";
import type { Kept } from "../kept.svelte";

export function fresh(desk: Desk, ...lists: (Kept<unknown> | undefined)[]): void {
  $effect(() => {
    if (desk.reached) untrack(() => lists.forEach((list) => void list?.refresh().catch(desk.noticed)));
  });
}
