// Why a batch is kept from sale, in plain words.
import { dayText } from "../../figures";
import type { Hold } from "../../wire";
import { t } from "../../words";

export function holdText({ reason, until }: Hold): string {
  switch (reason) {
    case "pre_harvest_interval":
      return until ? t("console-hold-interval-until", { date: dayText(until) }) : t("console-hold-interval");
    case "mass_balance":
      return t("console-hold-balance");
    default:
      return t("console-hold-other");
  }
}
