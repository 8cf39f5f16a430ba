// A draft in one line.
import type { Lists } from "../../desk.svelte";
import { dong } from "../../figures";
import type { Draft } from "../../outbox/draft";
import { t } from "../../words";
import { activityText } from "../diary/activities";

export function summary(draft: Draft, lists: Lists | undefined): string {
  switch (draft.kind) {
    case "diary": {
      const plot = lists?.plots.value?.find(({ id }) => id === draft.body["plot_id"])?.name ?? "";
      return t("console-summary-diary", { activity: activityText(String(draft.body["activity"])), plot });
    }
    case "sale":
      return t("console-summary-sale", { amount: dong(Number(draft.body["amount"])) });
  }
}
