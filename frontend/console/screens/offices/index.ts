import { type Screen, holds } from "../screen";
import Offices from "./Offices.svelte";

export const offices: Screen = {
  path: "phan-viec",
  title: "console-offices",
  icon: "person",
  bar: true,
  concerns: holds("administrator"),
  component: Offices,
};
