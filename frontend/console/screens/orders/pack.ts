// What goes into a parcel, and what is missing from it.
import { readQuantity } from "../../typed";
import { type Quantity, ofThousandths, thousandths } from "../../units";
import type { OrderLine } from "../../wire";

/** What of a line is in no parcel yet. */
export function rest({ quantity, packed }: Pick<OrderLine, "quantity" | "packed">): Quantity {
  const left = thousandths(quantity.value) - thousandths(packed?.value ?? "0");
  return { value: ofThousandths(Math.max(left, 0)), unit: quantity.unit };
}

/** As it stands in a field: `1,5`. */
export function typedQuantity({ value }: Quantity): string {
  return value.replace(".", ",");
}

/** Nothing, or a zero, is none of it. `undefined`: no number. */
export function readSome(text: string): string | undefined {
  return /^\s*0*(?:[.,]0*)?\s*$/.test(text) ? "0" : readQuantity(text);
}

export interface Parcelled {
  /** What goes in; absent: all there is. */
  lines?: { line_id: string; quantity: Quantity }[];
  /** What does not. */
  missing: { title: string; quantity: Quantity }[];
  /** Lines whose number is none, or more than was ordered. */
  wrong: string[];
  empty: boolean;
}

/** `typed` by line; a line without goes in whole. */
export function parcelled(lines: OrderLine[], typed: Record<string, string>): Parcelled {
  const answer: Parcelled = { missing: [], wrong: [], empty: true };
  const into: { line_id: string; quantity: Quantity }[] = [];
  for (const line of lines) {
    const left = rest(line);
    const all = thousandths(left.value);
    if (all === 0) continue;
    const text = typed[line.id];
    const value = text === undefined ? left.value : readSome(text);
    const count = value === undefined ? Number.NaN : thousandths(value);
    if (!(count <= all)) {
      answer.wrong.push(line.id);
      continue;
    }
    if (count > 0) into.push({ line_id: line.id, quantity: { value: ofThousandths(count), unit: left.unit } });
    if (count < all) answer.missing.push({ title: line.title, quantity: { value: ofThousandths(all - count), unit: left.unit } });
  }
  answer.empty = into.length === 0;
  if (answer.missing.length > 0) answer.lines = into;
  return answer;
}
