import { type Screen, sells } from "../screen";
import Imports from "./Imports.svelte";

export const imports: Screen = {
  path: "nhap-hang",
  title: "console-import",
  icon: "upload",
  bar: false,
  concerns: sells,
  scope: "products",
  component: Imports,
};
