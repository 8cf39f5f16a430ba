import { type Screen, holds, sells } from "../screen";
import Rolls from "./Rolls.svelte";

export const rolls: Screen = {
  path: "cuon-tem",
  title: "console-rolls",
  icon: "batch",
  bar: false,
  concerns: (lists) => sells(lists) || holds("officer", "helper")(lists),
  scope: "diary",
  component: Rolls,
};
