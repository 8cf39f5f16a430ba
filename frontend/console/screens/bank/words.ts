// Words for codes the server may add to.
import { t } from "../../words";

/** The text under `id`, or under `other` for a code that has none yet. */
function known(id: string, other: string): string {
  const words = t(id);
  return words === id ? t(other) : words;
}

export const whyText = (reason: string): string => known(`console-unmatched-${reason.replaceAll("_", "-")}`, "console-unmatched-other");
export const kindText = (kind: string): string => known(`console-move-${kind.replaceAll("_", "-")}`, "console-move-other");
export const refundText = (why: string): string => known(`console-owed-${why.replaceAll("_", "-")}`, "console-owed-other");
