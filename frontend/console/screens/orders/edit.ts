// What a seller proposes to change: less or more of a line, none of it, a lower price, something else instead.
import { countText } from "../../figures";
import { readDong } from "../../typed";
import { type Quantity, thousandths } from "../../units";
import type { OrderLine } from "../../wire";
import { readSome, typedQuantity } from "./pack";

export interface Wish {
  quantity: string;
  price: string;
  /** A listing that comes instead; empty: the same goods. */
  instead: string;
}

type EditLine = { line_id: string } & ({ quantity?: Quantity; price?: number } | { substitute: { listing_id: string; quantity: Quantity; price?: number } });

export interface Proposal {
  lines: EditLine[];
  /** By line: `quantity` is no number, `price` is none or higher than it was. */
  wrong: Record<string, "quantity" | "price">;
}

export function wishOf({ quantity, price }: OrderLine): Wish {
  return { quantity: typedQuantity(quantity), price: countText(price), instead: "" };
}

/** Only what differs from the order. `units`: in what each listing is sold. */
export function proposal(lines: OrderLine[], wishes: Record<string, Wish>, units: Record<string, string>): Proposal {
  const answer: Proposal = { lines: [], wrong: {} };
  for (const line of lines) {
    const wish = wishes[line.id];
    if (!wish) continue;
    const value = readSome(wish.quantity);
    const price = wish.price.trim() === "" && wish.instead ? undefined : readDong(wish.price);
    if (value === undefined || (wish.instead && value === "0")) {
      answer.wrong[line.id] = "quantity";
      continue;
    }
    if ((price === undefined && !(wish.instead && wish.price.trim() === "")) || (!wish.instead && price !== undefined && price > line.price)) {
      answer.wrong[line.id] = "price";
      continue;
    }
    if (wish.instead) {
      const quantity = { value, unit: units[wish.instead] ?? line.quantity.unit };
      answer.lines.push({ line_id: line.id, substitute: { listing_id: wish.instead, quantity, ...(price !== undefined && { price }) } });
      continue;
    }
    const change = {
      ...(thousandths(value) !== thousandths(line.quantity.value) && { quantity: { value, unit: line.quantity.unit } }),
      ...(price !== line.price && price !== undefined && { price }),
    };
    if (Object.keys(change).length > 0) answer.lines.push({ line_id: line.id, ...change });
  }
  return answer;
}
