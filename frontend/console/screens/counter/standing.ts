// How a counter sale stands, as the keeper is told it. Only a bank's notice makes money "received".
import { dong } from "../../figures";
import type { Draft } from "../../outbox/draft";
import type { IconName } from "../../parts/icons";
import type { Payment } from "../../wire";
import { t } from "../../words";

export interface Standing {
  /** `good`: the money is there. `care`: somebody must look. `open`: it may still come. */
  tone: "good" | "care" | "bad" | "open";
  icon: IconName;
  words: string;
  /** Whether the keeper may say that the money came. */
  byHand: boolean;
}

export interface Told {
  amount: number;
  /** The draft on this phone, if the sale was made here. */
  draft: Pick<Draft, "state" | "refusal"> | undefined;
  payment: Pick<Payment, "status" | "received" | "confirmed"> | undefined;
  /** Whether the account's bank tells of money. */
  notices: boolean;
  reached: boolean;
}

export function standing({ amount, draft, payment, notices, reached }: Told): Standing {
  if (draft?.state === "refused") {
    return { tone: "bad", icon: "alert", words: t("console-refused-because", { reason: draft.refusal?.detail ?? "" }), byHand: false };
  }
  if (draft?.state === "needs_sign_in") {
    return { tone: "care", icon: "key", words: t("console-sale-sign-in"), byHand: false };
  }
  const recorded = draft === undefined || draft.state === "sent";
  const status = payment?.status ?? "pending";
  const received = payment?.received ?? 0;
  if (!recorded) {
    return reached
      ? { tone: "open", icon: "send", words: t("console-sale-sending"), byHand: false }
      : { tone: "open", icon: "offline", words: t("console-sale-offline"), byHand: false };
  }
  switch (status) {
    case "paid":
      return payment?.confirmed === "hand"
        ? { tone: "care", icon: "hand", words: t("console-sale-by-hand"), byHand: false }
        : { tone: "good", icon: "check", words: t("console-sale-received", { amount: dong(received || amount) }), byHand: false };
    case "underpaid":
      return {
        tone: "care",
        icon: "alert",
        words: t("console-sale-underpaid", { received: dong(received), missing: dong(amount - received) }),
        byHand: false,
      };
    case "overpaid":
      return {
        tone: "care",
        icon: "alert",
        words: t("console-sale-overpaid", { received: dong(received), excess: dong(received - amount) }),
        byHand: false,
      };
    case "expired":
      return { tone: "care", icon: "alert", words: t("console-sale-expired"), byHand: false };
    case "refunded":
      return { tone: "care", icon: "info", words: t("console-sale-refunded"), byHand: false };
    case "pending":
      if (!reached) return { tone: "open", icon: "offline", words: t("console-sale-offline"), byHand: false };
      return notices
        ? { tone: "open", icon: "waiting", words: t("console-sale-pending"), byHand: false }
        : { tone: "open", icon: "waiting", words: t("console-sale-unconfirmed"), byHand: true };
  }
}
