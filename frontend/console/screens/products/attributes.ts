// What a category wants to know of its products: as it is typed, and as the API writes it.
import { dayText } from "../../figures";
import { readQuantity } from "../../typed";
import type { Attribute } from "../../wire";
import { t } from "../../words";

/** A list for several choices, text for everything else; empty where nothing is known. */
export type Typed = string | string[];

export function asTyped({ kind }: Attribute, value: unknown): Typed {
  if (kind === "choices") return Array.isArray(value) ? value.map(String) : [];
  if (value === undefined || value === null) return "";
  return kind === "decimal" ? String(value).replace(".", ",") : String(value);
}

/** The API's value; `null` where nothing was typed; `wrong` says what is amiss. */
export function read(attribute: Attribute, typed: Typed): { value: unknown } | { wrong: string } {
  if (Array.isArray(typed)) return { value: typed.length > 0 ? typed : null };
  const text = typed.trim();
  if (text === "") return { value: null };
  switch (attribute.kind) {
    case "flag":
      return { value: text === "true" };
    case "integer":
    case "decimal": {
      const amount = text === "0" ? "0" : readQuantity(text);
      const whole = attribute.kind === "integer";
      if (amount === undefined || (whole && amount.includes("."))) return { wrong: t("console-attribute-number") };
      if (!within(attribute, Number(amount))) return { wrong: t("console-attribute-range", { range: rangeText(attribute) }) };
      return { value: whole ? Number(amount) : amount };
    }
    default:
      return { value: text };
  }
}

function within({ least, most }: Attribute, amount: number): boolean {
  return (least === null || amount >= Number(least)) && (most === null || amount <= Number(most));
}

function rangeText({ least, most }: Attribute): string {
  const comma = (bound: string): string => bound.replace(".", ",");
  if (least !== null && most !== null) return t("console-attribute-between", { least: comma(least), most: comma(most) });
  return most === null ? t("console-attribute-from", { least: comma(least ?? "") }) : t("console-attribute-to", { most: comma(most) });
}

/** A value in words. */
export function valueText(attribute: Attribute, value: unknown): string {
  const { kind, unit, choices } = attribute;
  const chosen = (code: unknown): string => choices.find((choice) => choice.code === code)?.name ?? String(code);
  if (value === undefined || value === null) return "";
  if (kind === "flag") return value === true ? t("console-yes") : t("console-no");
  if (kind === "choices") return Array.isArray(value) ? value.map(chosen).join(", ") : "";
  if (kind === "choice") return chosen(value);
  if (kind === "date") return dayText(String(value));
  const text = kind === "decimal" ? String(value).replace(".", ",") : String(value);
  return unit ? `${text}\u{a0}${unit}` : text;
}
