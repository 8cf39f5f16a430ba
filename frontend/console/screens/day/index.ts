import { type Screen, keepsStall } from "../screen";
import Day from "./Day.svelte";

export const day: Screen = {
  path: "hom-nay",
  title: "console-day",
  icon: "waiting",
  bar: true,
  concerns: keepsStall,
  component: Day,
};
