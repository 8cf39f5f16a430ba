import { expect, test } from "vitest";
import type { Lists } from "../desk.svelte";
import { type Screen, laidOut, mine } from "./screen";

const screens = (...names: string[]) => names.map((name) => ({ name, bar: !name.startsWith("-") }));
const names = (list: { name: string }[]) => list.map(({ name }) => name);

test("a bar that is full keeps its first five and its last; the rest is opened from the last", () => {
  const { bar, beside } = laidOut(screens("diary", "counter", "orders", "products", "batches", "outbox", "-money", "account"));
  expect(names(bar)).toEqual(["diary", "counter", "orders", "products", "batches", "account"]);
  expect(names(beside)).toEqual(["outbox", "-money"]);
});

test("a bar that has room shows all that asks to stand there", () => {
  const { bar, beside } = laidOut(screens("counter", "day", "outbox", "-money", "account"));
  expect(names(bar)).toEqual(["counter", "day", "outbox", "account"]);
  expect(names(beside)).toEqual(["-money"]);
});

test("who acts for somebody sees what the consent covers and nothing that people do themselves", () => {
  const screen = (name: string, scope?: Screen["scope"]) => ({ name, concerns: () => true, ...(scope && { scope }) });
  const all = [screen("diary", "diary"), screen("orders", "orders"), screen("money"), screen("outbox", "any")];
  const lists = (scope?: string[]) => ({ scope }) as unknown as Lists;
  expect(names(mine(all, lists(["diary", "dossiers"])))).toEqual(["diary", "outbox"]);
  expect(names(mine(all, lists()))).toEqual(["diary", "orders", "money", "outbox"]);
});
