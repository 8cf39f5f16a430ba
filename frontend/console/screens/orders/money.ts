// An order's three axes in words: whether it is paid, and who says so; what became of it; where its goods are.
import { dong } from "../../figures";
import type { IconName } from "../../parts/icons";
import type { Order } from "../../wire";
import { t } from "../../words";

export interface Said {
  tone: "good" | "care" | "bad" | "open";
  icon: IconName;
  words: string;
}

export function moneyOf({ payment, payment_method, total, fulfilment, cash }: Order): Said {
  if (!payment) {
    if (payment_method !== "cod" || total === 0) return { tone: "good", icon: "check", words: t("console-order-by-credit") };
    if (cash === "missing") return { tone: "bad", icon: "alert", words: t("console-order-cash-missing", { amount: dong(total) }) };
    return fulfilment === "delivered"
      ? { tone: "open", icon: "hand", words: t("console-order-cod-done", { amount: dong(total) }) }
      : { tone: "care", icon: "hand", words: t("console-order-cod", { amount: dong(total) }) };
  }
  const { status, confirmed, amount, received } = payment;
  switch (status) {
    case "paid":
      return confirmed === "hand"
        ? { tone: "care", icon: "hand", words: t("console-sale-by-hand") }
        : // One payment may be for several sellers' orders: of this one no more came than it costs.
          { tone: "good", icon: "check", words: t("console-sale-received", { amount: dong(Math.min(received || amount, total)) }) };
    case "underpaid":
      return { tone: "bad", icon: "alert", words: t("console-sale-underpaid", { received: dong(received), missing: dong(amount - received) }) };
    case "overpaid":
      return { tone: "care", icon: "alert", words: t("console-sale-overpaid", { received: dong(received), excess: dong(received - amount) }) };
    case "expired":
      return { tone: "open", icon: "waiting", words: t("console-order-unpaid-late") };
    case "refunded":
      return { tone: "open", icon: "info", words: t("console-sale-refunded") };
    case "pending":
      return { tone: "open", icon: "waiting", words: t("console-order-unpaid") };
  }
}

/** Money, order and goods, a few words each. */
export function axes(order: Order): [money: string, state: string, goods: string] {
  const sent = (order.parcels ?? []).some(({ state }) => state !== "packed");
  const partly = sent && order.fulfilment !== "delivered" && order.actions.some((action) => action === "pack" || action === "ship");
  return [moneyOf(order).words, t(`console-order-state-${order.state}`), partly ? t("console-order-goods-part") : t(`console-order-goods-${order.fulfilment}`)];
}
