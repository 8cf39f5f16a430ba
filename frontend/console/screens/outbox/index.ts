import { type Screen, everybody } from "../screen";
import Outbox from "./Outbox.svelte";

export const outbox: Screen = {
  path: "cho-gui",
  title: "console-outbox",
  icon: "send",
  bar: true,
  concerns: everybody,
  scope: "any",
  component: Outbox,
};
