import { type Screen, sells } from "../screen";
import Dossiers from "./Dossiers.svelte";

export const dossiers: Screen = {
  path: "ho-so",
  title: "console-dossiers",
  icon: "file",
  bar: false,
  concerns: (lists) => sells(lists) || lists.scope !== undefined,
  scope: "dossiers",
  component: Dossiers,
};
