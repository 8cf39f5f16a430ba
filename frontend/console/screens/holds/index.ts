import { type Screen, holds } from "../screen";
import Holds from "./Holds.svelte";

export const heldBatches: Screen = {
  path: "lo-giu",
  title: "console-held",
  icon: "hand",
  bar: true,
  concerns: holds("officer"),
  component: Holds,
};
