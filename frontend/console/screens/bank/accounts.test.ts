import { expect, test, vi } from "vitest";
import type { Ask } from "../../reach";

vi.mock("../../words", () => ({ language: "vi", t: (id: string) => id }));
const { Refused } = await import("../../reach");
const { bankAccounts } = await import("./accounts");

const account = (id: string) => ({ id, kind: "seller", number_masked: "••••1" });

test("an account is listed once, and a seller without one is left out", async () => {
  const ask = (async (path: string) => {
    if (path.startsWith("/api/v1/reconciliation")) return { accounts: [{ ...account("a"), seller_id: "s" }, { ...account("h"), kind: "held", seller_id: null }] };
    if (path.includes("/s/")) return account("a");
    throw new Refused(404, { code: "not-found", detail: "", errors: [] });
  }) as Ask;
  const sellers = [{ id: "s", name: "S" }, { id: "none", name: "N" }];
  expect((await bankAccounts(ask, sellers)).map(({ id, seller_id }) => [id, seller_id])).toEqual([["a", "s"], ["h", null]]);
});
