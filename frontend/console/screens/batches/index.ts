import { type Screen, sells } from "../screen";
import Batches from "./Batches.svelte";

export const batches: Screen = {
  path: "lo-hang",
  title: "console-batches",
  icon: "batch",
  bar: true,
  concerns: sells,
  scope: "diary",
  component: Batches,
};
