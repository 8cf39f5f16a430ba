import { type Screen, sells } from "../screen";
import Orders from "./Orders.svelte";

export const orders: Screen = {
  path: "don-hang",
  title: "console-orders",
  icon: "parcel",
  bar: true,
  concerns: sells,
  scope: "orders",
  component: Orders,
};
