import { type Screen, everybody } from "../screen";
import Account from "./Account.svelte";

export const account: Screen = {
  path: "toi",
  title: "console-account",
  icon: "person",
  bar: true,
  concerns: everybody,
  scope: "any",
  component: Account,
};
