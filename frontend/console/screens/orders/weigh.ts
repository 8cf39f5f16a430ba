// Pieces on the scales: each weight as it is read off, in kilograms.
import { readQuantity } from "../../typed";
import { ofThousandths, thousandths } from "../../units";
import type { OrderLine } from "../../wire";

/** The sum of weights parted by spaces, plus signs or semicolons: `1,2 0,95 + 1,1`. `undefined`: one of them is no weight. */
export function weightOf(text: string): string | undefined {
  const pieces = text.split(/[\s+;]+/).filter(Boolean).map(readQuantity);
  if (pieces.length === 0 || pieces.includes(undefined)) return undefined;
  return ofThousandths(pieces.reduce((sum, piece) => sum + thousandths(piece ?? "0"), 0));
}

/** What `weight` kilograms come to; `undefined` where the price is not that of a kilogram. The server has the last word. */
export function amountOf({ by_weight }: Pick<OrderLine, "by_weight">, weight: string): number | undefined {
  return by_weight?.unit === "kg" ? Math.floor((by_weight.price * thousandths(weight) + 500) / 1000) : undefined;
}
