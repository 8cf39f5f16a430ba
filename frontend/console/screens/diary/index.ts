import { type Screen, sells } from "../screen";
import Diary from "./Diary.svelte";

export const diary: Screen = {
  path: "nhat-ky",
  title: "console-diary",
  icon: "book",
  bar: true,
  concerns: sells,
  scope: "diary",
  component: Diary,
};
