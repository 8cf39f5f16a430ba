// What a seller may do with an order now: what is done by one touch, and what takes a form.
import type { Order } from "../../wire";
import { groupOf } from "./groups";

export type Work = "pack" | "weigh" | "ship" | "edit" | "refund" | "cancel";

/** The forms that may be opened, the most likely first. */
export function works({ actions, further = [], delivery }: Pick<Order, "actions" | "further" | "delivery">): Work[] {
  const open: Work[] = [];
  if (further.includes("weigh")) open.push("weigh");
  if (actions.includes("pack")) open.push("pack");
  // What is fetched has no carrier.
  if (actions.includes("ship") && delivery === "ship") open.push("ship");
  if (further.includes("edit")) open.push("edit");
  if (further.includes("refund")) open.push("refund");
  if (actions.includes("cancel")) open.push("cancel");
  return open;
}

/** The form that wants to be opened. */
export function nextWork(order: Order): Work | undefined {
  const group = groupOf(order);
  return works(order).find((work) => work === group);
}
