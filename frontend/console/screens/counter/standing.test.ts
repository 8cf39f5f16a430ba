import { expect, test, vi } from "vitest";
import type { Told } from "./standing";

// Words need a page's cookie; what is tested here is which words.
vi.mock("../../words", () => ({ language: "vi", t: (id: string) => id }));
const { standing } = await import("./standing");

const told: Told = { amount: 45_000, draft: undefined, payment: { received: 0, status: "pending", confirmed: null }, notices: true, reached: true };
const words = (change: Partial<Told>) => standing({ ...told, ...change }).words;
const paid = (confirmed: "bank" | "hand") => ({ payment: { ...told.payment!, status: "paid" as const, received: 45_000, confirmed } });

test("only a bank's notice makes money received", () => {
  expect(words(paid("bank"))).toBe("console-sale-received");
  expect(words(paid("hand"))).toBe("console-sale-by-hand");
  expect(standing({ ...told, ...paid("hand") }).tone).not.toBe("good");
  expect(words({})).toBe("console-sale-pending");
});

test("without signal nothing is confirmed, and what is known stays known", () => {
  expect(words({ reached: false })).toBe("console-sale-offline");
  expect(words({ reached: false, draft: { state: "waiting" }, payment: undefined })).toBe("console-sale-offline");
  expect(words({ reached: false, ...paid("bank") })).toBe("console-sale-received");
});

test("the keeper may confirm by hand only what is recorded, pending, and never told of by the bank", () => {
  expect(standing({ ...told, notices: false }).byHand).toBe(true);
  expect(standing(told).byHand).toBe(false);
  expect(standing({ ...told, notices: false, draft: { state: "waiting" } }).byHand).toBe(false);
  expect(standing({ ...told, notices: false, ...paid("hand") }).byHand).toBe(false);
});

test("short, excess and late money is said", () => {
  const with_status = (status: "underpaid" | "overpaid" | "expired" | "refunded") => words({ payment: { ...told.payment!, status } });
  expect(with_status("underpaid")).toBe("console-sale-underpaid");
  expect(with_status("overpaid")).toBe("console-sale-overpaid");
  expect(with_status("expired")).toBe("console-sale-expired");
  expect(with_status("refunded")).toBe("console-sale-refunded");
});
