import { type Screen, sells } from "../screen";
import Products from "./Products.svelte";

export const products: Screen = {
  path: "san-pham",
  title: "console-products",
  icon: "basket",
  bar: true,
  concerns: sells,
  scope: "products",
  component: Products,
};
