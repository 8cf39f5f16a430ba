import { type Screen, sells } from "../screen";
import Webhooks from "./Webhooks.svelte";

export const webhooks: Screen = {
  path: "noi-phan-mem",
  title: "console-webhooks",
  icon: "send",
  bar: false,
  concerns: sells,
  component: Webhooks,
};
