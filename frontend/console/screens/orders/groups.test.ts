import { describe, expect, test } from "vitest";
import type { Order, Payment } from "../../wire";
import { groupOf, grouped, nextAction, owesReason } from "./groups";

const payment = (status: Payment["status"]): Payment => ({
  id: "p", reference: "CQ", amount: 10, received: 0, status, confirmed: null, expires_at: null, vietqr: null,
});
const order = (change: Partial<Order> = {}): Order => ({
  id: "1", number: "N", seller: { id: "s", name: "S" }, state: "placed", fulfilment: "waiting", delivery: "ship", payment_method: "vietqr", total: 10,
  lines: [], payment: payment("pending"), buyer: { name: "B", phone: "0900000003" }, ship_to: { commune: "", street: "" }, actions: ["confirm", "cancel"],
  created_at: "2026-11-21T08:00:00+07:00", ...change,
});

const scales = { price: 120_000, unit: "kg", weight: { value: "2", unit: "kg" } };
const hen = { id: "h", listing_id: "l", title: "Gà", quantity: { value: "1", unit: "con" }, price: 240_000, amount: 240_000, lots: [], by_weight: scales };
const edit = { id: "e", order_id: "1", state: "open" as const, note: "", lines: [], difference: 0, default_outcome: null };

describe("an order stands where the next step is", () => {
  test.each<[Partial<Order>, string]>([
    [{}, "pay"],
    [{ payment: payment("underpaid") }, "pay"],
    [{ state: "confirmed" }, "pay"],
    [{ payment: payment("paid") }, "confirm"],
    [{ payment: payment("overpaid"), state: "confirmed" }, "pack"],
    [{ payment: null, payment_method: "cod" }, "confirm"],
    [{ payment: null, payment_method: "cod", state: "confirmed" }, "pack"],
    [{ payment: payment("paid"), state: "confirmed", fulfilment: "packed" }, "ship"],
    [{ payment: payment("paid"), state: "confirmed", fulfilment: "packed", delivery: "pickup" }, "deliver"],
    [{ payment: payment("paid"), state: "confirmed", fulfilment: "shipped" }, "deliver"],
    [{ payment: payment("paid"), state: "completed", fulfilment: "delivered" }, "done"],
    [{ state: "expired", payment: payment("expired") }, "off"],
    [{ state: "cancelled", payment: payment("paid") }, "off"],
    [{ payment: null, total: 0 }, "confirm"],
    [{ payment: payment("paid"), state: "confirmed", edit }, "answer"],
    [{ payment: payment("paid"), state: "confirmed", lines: [hen], further: ["weigh"] }, "weigh"],
    [{ payment: payment("paid"), state: "confirmed", lines: [{ ...hen, by_weight: { ...scales, weighed: { value: "2", unit: "kg" } } }], further: ["weigh"] }, "pack"],
    [{ payment: payment("paid"), state: "confirmed", fulfilment: "shipped", actions: ["pack"] }, "pack"],
    [{ payment: payment("paid"), state: "confirmed", fulfilment: "shipped", actions: ["ship"] }, "ship"],
  ])("%o: %s", (change, group) => expect(groupOf(order(change))).toBe(group));
});

test("who waits longest stands first; what is over, newest first; empty groups are left out", () => {
  const paid = { payment: payment("paid") };
  const off = { state: "cancelled" as const };
  const shown = grouped([order({ id: "2", ...paid }), order({ id: "3", ...off }), order({ id: "1", ...paid }), order({ id: "4", ...off })]);
  expect(shown.map(({ group, orders }) => [group, orders.map(({ id }) => id)])).toEqual([["confirm", ["1", "2"]], ["off", ["4", "3"]]]);
});

test("giving up is never the button that wants to be pressed", () => {
  expect(nextAction(order())).toBe("confirm");
  expect(nextAction(order({ actions: ["cancel"] }))).toBeUndefined();
});

test("pieces are weighed on a form, not by one touch", () => {
  expect(nextAction(order({ payment: payment("paid"), state: "confirmed", actions: ["pack"], lines: [hen], further: ["weigh"] }))).toBeUndefined();
});

test("whose money came is told why the order is given up", () => {
  expect(owesReason(order({ payment: { ...payment("paid"), received: 10 } }))).toBe(true);
  expect(owesReason(order())).toBe(false);
});
