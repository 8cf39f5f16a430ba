// Orders by what is to be done with them next.
import type { Order, OrderAction } from "../../wire";

/** In the order of a day's work: first what waits for the seller, then what waits for others, then what is over. */
export const GROUPS = ["confirm", "pack", "ship", "deliver", "pay", "done", "off"] as const;

export type Group = (typeof GROUPS)[number];

/** Whether the seller waits for no more money before the goods move: it is there, or it comes with the delivery. */
export function covered({ payment_method, payment }: Order): boolean {
  return payment_method === "cod" || payment?.status === "paid" || payment?.status === "overpaid";
}

export function groupOf(order: Order): Group {
  const { state, fulfilment, delivery } = order;
  if (state === "cancelled" || state === "expired") return "off";
  if (state === "completed" || fulfilment === "delivered") return "done";
  if (fulfilment === "shipped") return "deliver";
  // What is fetched goes from the packing table to the buyer.
  if (fulfilment === "packed") return delivery === "ship" ? "ship" : "deliver";
  if (!covered(order)) return "pay";
  return state === "placed" ? "confirm" : "pack";
}

/** Whether nobody has anything left to do there. */
export function isOver(group: Group): boolean {
  return group === "done" || group === "off";
}

/** The groups that have orders. Oldest first where somebody waits, newest first where nobody does. */
export function grouped(orders: Order[]): { group: Group; orders: Order[] }[] {
  return GROUPS.map((group) => {
    const over = isOver(group);
    const those = orders.filter((order) => groupOf(order) === group);
    return { group, orders: those.sort((a, b) => (a.id < b.id === over ? 1 : -1)) };
  }).filter(({ orders }) => orders.length > 0);
}

/** The one thing that wants to be pressed. */
export function nextAction({ actions }: Order): OrderAction | undefined {
  return actions.find((action) => action !== "cancel");
}
