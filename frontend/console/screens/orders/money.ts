// Whether an order is paid, and who says so: the bank, or only the seller's own hand.
import { dong } from "../../figures";
import type { IconName } from "../../parts/icons";
import type { Order } from "../../wire";
import { t } from "../../words";

export interface Said {
  tone: "good" | "care" | "bad" | "open";
  icon: IconName;
  words: string;
}

export function moneyOf({ payment, total, fulfilment }: Order): Said {
  if (!payment) {
    return fulfilment === "delivered"
      ? { tone: "open", icon: "hand", words: t("console-order-cod-done", { amount: dong(total) }) }
      : { tone: "care", icon: "hand", words: t("console-order-cod", { amount: dong(total) }) };
  }
  const { status, confirmed, amount, received } = payment;
  switch (status) {
    case "paid":
      return confirmed === "hand"
        ? { tone: "care", icon: "hand", words: t("console-sale-by-hand") }
        : { tone: "good", icon: "check", words: t("console-sale-received", { amount: dong(received || amount) }) };
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
