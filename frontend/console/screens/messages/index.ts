import { type Screen, everybody } from "../screen";
import Messages from "./Messages.svelte";

export const messages: Screen = {
  path: "bao-tin",
  title: "console-messages",
  icon: "sound",
  bar: false,
  concerns: everybody,
  component: Messages,
};
