// A draft in one line.
import type { Lists } from "../../desk.svelte";
import { dong } from "../../figures";
import type { Draft } from "../../outbox/draft";
import { type Quantity, quantityText } from "../../units";
import { t } from "../../words";
import { activityText } from "../diary/activities";

/** Names come from `lists`; those of somebody else's things are not in them. */
export function summary(draft: Draft, lists: Lists | undefined): string {
  switch (draft.kind) {
    case "diary": {
      const plot = lists?.plots.value?.find(({ id }) => id === draft.body["plot_id"])?.name ?? "";
      return t("console-summary-diary", { activity: activityText(String(draft.body["activity"])), plot });
    }
    case "batch": {
      const product = lists?.products.value?.find(({ id }) => id === draft.body["product_id"])?.name ?? "";
      return t("console-summary-batch", { product, quantity: quantityText(draft.body["quantity"] as Quantity) });
    }
    case "roll": {
      const lot = lists?.batches.value?.find(({ id }) => id === draft.body["batch_id"])?.lot ?? "";
      return t("console-summary-roll", { lot, from: String(draft.body["from_code"]), to: String(draft.body["to_code"]) });
    }
    case "sale":
      return t("console-summary-sale", { amount: dong(Number(draft.body["amount"])) });
  }
}
