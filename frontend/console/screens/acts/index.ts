import { type Screen, everybody } from "../screen";
import Acts from "./Acts.svelte";

export const acts: Screen = {
  path: "ai-giup-toi",
  title: "console-acts",
  icon: "book",
  bar: false,
  concerns: everybody,
  component: Acts,
};
