import { type Screen, sells } from "../screen";
import Delivery from "./Delivery.svelte";

export const delivery: Screen = {
  path: "giao-hang",
  title: "console-ships",
  icon: "parcel",
  bar: false,
  concerns: sells,
  scope: "products",
  component: Delivery,
};
