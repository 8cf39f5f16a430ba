import { type Screen, sells } from "../screen";
import Takings from "./Takings.svelte";

export const takings: Screen = {
  path: "tien-hang",
  title: "console-takings",
  icon: "money",
  bar: false,
  concerns: sells,
  component: Takings,
};
