import { type Screen, keepsStall, sells } from "../screen";
import MoneyAccounts from "./MoneyAccounts.svelte";

export const money: Screen = {
  path: "tai-khoan-nhan-tien",
  title: "console-money",
  icon: "money",
  bar: false,
  concerns: (lists) => sells(lists) || keepsStall(lists),
  component: MoneyAccounts,
};
