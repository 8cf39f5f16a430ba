import { type Screen, holds } from "../screen";
import Treasury from "./Treasury.svelte";

export const treasury: Screen = {
  path: "ban-tien",
  title: "console-treasury",
  icon: "money",
  bar: true,
  concerns: holds("officer", "administrator"),
  component: Treasury,
};
