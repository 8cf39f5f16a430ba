// Batches that become other batches, as the form keeps them until they are told.
import { readQuantity } from "../../typed";
import { ofThousandths, thousandths } from "../../units";

export const KINDS = ["mix", "split", "repack", "process"] as const;
export type TransformKind = (typeof KINDS)[number];

export interface InputRow {
  batch_id: string;
  /** As typed. */
  amount: string;
  unit: string;
}

export interface OutputRow {
  product_id: string;
  amount: string;
  unit: string;
  /** Kilograms that all of it weighs, as typed, where the unit counts packs. */
  weight: string;
}

/** How many batches may come out. */
export function many(kind: TransformKind): { inputs: [number, number]; outputs: [number, number] } {
  return {
    inputs: kind === "mix" ? [2, 100] : kind === "split" ? [1, 1] : [1, 100],
    outputs: kind === "mix" ? [1, 1] : kind === "split" ? [2, 100] : [1, 100],
  };
}

const fits = (count: number, [least, most]: [number, number]): boolean => least <= count && count <= most;

/** What is told of it; `undefined` while something is missing. */
export function body(kind: TransformKind, inputs: InputRow[], outputs: OutputRow[]): Record<string, unknown> | undefined {
  const limits = many(kind);
  if (!fits(inputs.length, limits.inputs) || !fits(outputs.length, limits.outputs)) return undefined;
  const told = {
    kind,
    inputs: inputs.map(({ batch_id, amount, unit }) => ({ batch_id, quantity: { value: readQuantity(amount), unit } })),
    outputs: outputs.map(({ product_id, amount, unit, weight }) => ({
      product_id,
      quantity: { value: readQuantity(amount), unit },
      ...(weight.trim() !== "" && { net_weight: { value: readQuantity(weight), unit: "kg" } }),
    })),
  };
  const amounts = [...told.inputs.map(({ quantity }) => quantity), ...told.outputs.flatMap(({ quantity, net_weight }) => (net_weight ? [quantity, net_weight] : [quantity]))];
  const whole = amounts.every(({ value }) => value !== undefined) && told.outputs.every(({ product_id }) => product_id !== "");
  return whole ? told : undefined;
}

/** Thousandths of a kilogram in one of each. */
const WEIGHTS: Record<string, number> = { kg: 1000, g: 1, lang: 100, yen: 10_000, ta: 100_000, tan: 1_000_000 };

/** What goes in and what comes out, in kilograms as the API writes them; `undefined` where not all of it is weighed. */
export function weighed(inputs: InputRow[], outputs: OutputRow[]): { into: string; out: string } | undefined {
  const into = inputs.map(({ amount, unit }) => grams(amount, unit));
  const out = outputs.map(({ amount, unit, weight }) => (unit in WEIGHTS ? grams(amount, unit) : grams(weight, "kg")));
  const sum = (parts: (number | undefined)[]): number => parts.reduce((all: number, part) => all + (part ?? Number.NaN), 0);
  const [all, left] = [sum(into), sum(out)];
  return all > 0 && left > 0 ? { into: ofThousandths(all), out: ofThousandths(left) } : undefined;
}

function grams(amount: string, unit: string): number | undefined {
  const [value, weight] = [readQuantity(amount), WEIGHTS[unit]];
  return value === undefined || weight === undefined ? undefined : Math.round((thousandths(value) * weight) / 1000);
}
