import { type Screen, holds, sells } from "../screen";
import Recalls from "./Recalls.svelte";

export const recalls: Screen = {
  path: "thu-hoi",
  title: "console-recalls",
  icon: "hand",
  bar: false,
  concerns: (lists) => sells(lists) || holds("officer", "administrator")(lists),
  component: Recalls,
};
