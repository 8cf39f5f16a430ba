import { type Screen, everybody } from "../screen";
import Security from "./Security.svelte";

export const security: Screen = {
  path: "bao-mat",
  title: "console-security",
  icon: "shield",
  bar: false,
  concerns: everybody,
  component: Security,
};
