// Why a batch is kept from sale, in plain words.
import { dayText } from "../../figures";
import type { Hold } from "../../wire";
import { language, t } from "../../words";

/** The numbers behind a hold, in the language of the screen where they are known in it. */
export function holdNumbers({ detail, detail_en }: Pick<Hold, "detail" | "detail_en">): { lang: string; words: string } {
  return language === "en" && detail_en ? { lang: "en", words: detail_en } : { lang: "vi", words: detail };
}

export function holdText({ reason, until }: Pick<Hold, "reason" | "until">): string {
  switch (reason) {
    case "pre_harvest_interval":
      return until ? t("console-hold-interval-until", { date: dayText(until) }) : t("console-hold-interval");
    case "mass_balance":
      return t("console-hold-balance");
    case "over_printed":
      return t("console-hold-over-printed");
    case "over_sold":
      return t("console-hold-over-sold");
    case "recalled":
      return t("console-hold-recalled");
    default:
      return t("console-hold-other");
  }
}
