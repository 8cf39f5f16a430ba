import { type Screen, keepsStall, sells } from "../screen";
import Begin from "./Begin.svelte";
import Shop from "./Shop.svelte";
import type { Lists } from "../../desk.svelte";

export const shop: Screen = {
  path: "gian-hang",
  title: "console-shop",
  icon: "shop",
  bar: false,
  concerns: sells,
  scope: "products",
  component: Shop,
};

const sellsNothing = (lists: Lists): boolean => lists.sellers.value?.length === 0;
/** Whether selling is all there could be to do here. */
const nothingElse = (lists: Lists): boolean => !keepsStall(lists) && lists.roles.length === 0;

/** The first thing to do for somebody who sells nothing yet. */
export const begin: Screen = {
  path: "mo-gian-hang",
  title: "console-shop-begin",
  icon: "shop",
  bar: true,
  concerns: (lists) => sellsNothing(lists) && nothingElse(lists),
  scope: "products",
  component: Begin,
};

/** The same, out of the way of those who have other work here. */
export const beginBeside: Screen = { ...begin, bar: false, concerns: (lists) => sellsNothing(lists) && !nothingElse(lists) };
