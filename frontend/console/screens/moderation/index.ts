import { type Screen, holds } from "../screen";
import Moderation from "./Moderation.svelte";

export const moderation: Screen = {
  path: "kiem-duyet",
  title: "console-moderation",
  icon: "flag",
  bar: true,
  concerns: holds("officer"),
  component: Moderation,
};
