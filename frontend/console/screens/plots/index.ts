import { type Screen, sells } from "../screen";
import Plots from "./Plots.svelte";

export const plots: Screen = {
  path: "thua",
  title: "console-plots",
  icon: "place",
  bar: false,
  concerns: sells,
  scope: "diary",
  component: Plots,
};
