import { type Screen, sells } from "../screen";
import Takedowns from "./Takedowns.svelte";

export const takedowns: Screen = {
  path: "bi-go",
  title: "console-takedowns",
  icon: "flag",
  bar: false,
  concerns: sells,
  component: Takedowns,
};
