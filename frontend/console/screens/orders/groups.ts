// Orders by what is to be done with them next.
import type { Order, OrderAction } from "../../wire";

/** In the order of a day's work: first what waits for the seller, then what waits for others, then what is over. */
export const GROUPS = ["confirm", "pack", "weigh", "ship", "deliver", "answer", "pay", "done", "off"] as const;

export type Group = (typeof GROUPS)[number];

/** Whether the seller waits for no more money before the goods move: it is there, or it comes with the delivery. */
export function covered({ payment }: Order): boolean {
  // Nothing to pay: on delivery, or store credit covers it.
  return payment === null || payment.status === "paid" || payment.status === "overpaid";
}

/** What is charged by weight and has not been on the scales. */
export function unweighed({ lines, further = [] }: Pick<Order, "lines" | "further">): Order["lines"] {
  return further.includes("weigh") ? lines.filter(({ by_weight }) => by_weight && !by_weight.weighed) : [];
}

export function groupOf(order: Order): Group {
  const { state, fulfilment, delivery, actions, edit } = order;
  if (state === "cancelled" || state === "expired") return "off";
  if (state === "completed" || fulfilment === "delivered") return "done";
  if (edit?.state === "open" || edit?.state === "waiting_payment") return "answer";
  if (fulfilment === "waiting" || actions.includes("pack")) {
    if (!covered(order)) return "pay";
    if (state === "placed") return "confirm";
    // Pieces are packed and weighed in one go; who weighs first has the right amount on the parcel.
    return unweighed(order).length > 0 ? "weigh" : "pack";
  }
  if (unweighed(order).length > 0) return "weigh";
  // Of several parcels one may be on its way while another waits.
  if (fulfilment === "shipped" && !actions.includes("ship")) return "deliver";
  // What is fetched goes from the packing table to the buyer.
  return delivery === "ship" ? "ship" : "deliver";
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

/** The one thing that wants to be pressed. Pieces are weighed on a form of their own. */
export function nextAction(order: Order): OrderAction | undefined {
  return groupOf(order) === "weigh" ? undefined : order.actions.find((action) => action !== "cancel");
}

/** Whether the buyer has to be told why it is given up: their money came. */
export function owesReason({ payment }: Order): boolean {
  return payment !== null && payment.received > 0;
}
