import { type Screen, keepsStall } from "../screen";
import Counter from "./Counter.svelte";

export const counter: Screen = {
  path: "thu-tien",
  title: "console-counter",
  icon: "market",
  bar: true,
  concerns: keepsStall,
  component: Counter,
};
