import { type Screen, holds } from "../screen";
import Ledger from "./Ledger.svelte";

export const ledger: Screen = {
  path: "so-viec",
  title: "console-ledger",
  icon: "book",
  bar: false,
  concerns: holds("officer", "market_manager", "administrator"),
  component: Ledger,
};
