import type { Screen } from "../screen";
import { holds } from "../screen";
import Helper from "./Helper.svelte";

export const helper: Screen = {
  path: "giup-ba-con",
  title: "console-help",
  icon: "help",
  bar: true,
  concerns: holds("helper"),
  component: Helper,
};
