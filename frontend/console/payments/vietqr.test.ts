import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { crc, vietQr } from "./vietqr";

interface Vectors {
  valid: { payload: string; input: { bin: string; account: string; amount: string | null; purpose: string | null; service: string; init_method: string } }[];
}

/** Payloads on which two independent libraries agree; outside the repository, where the file names its sources. */
const VECTORS = new URL("../../../../shared/data/payments/vietqr_vectors.json", import.meta.url);

function vectors(): Vectors | undefined {
  try {
    return JSON.parse(readFileSync(VECTORS, "utf8"));
  } catch (error) {
    if (process.env["CI"] === "true") throw error;
    console.warn(`skipped: ${VECTORS.pathname} is missing`);
    return undefined;
  }
}

test("payloads are written as two other libraries write them", ({ skip }) => {
  const all = vectors();
  if (!all) return skip("the vectors are missing");
  // The console writes what it needs: to an account, with a memo that every bank passes on.
  const ours = all.valid.filter(({ input }) => {
    const fits = input.purpose === null || /^[A-Za-z0-9 ]{1,25}$/.test(input.purpose);
    return fits && input.service === "QRIBFTTA" && input.init_method === (input.amount === null ? "11" : "12");
  });
  expect(ours.length).toBeGreaterThanOrEqual(5);
  expect(ours.some(({ input }) => input.amount !== null && input.purpose !== null)).toBe(true);
  for (const { input, payload } of ours) {
    const { bin, account, amount, purpose } = input;
    expect(vietQr({ bin, account, ...(amount !== null && { amount: Number(amount) }), ...(purpose !== null && { memo: purpose }) })).toBe(payload);
  }
});

describe("a payload", () => {
  test("ends with the CRC-16/CCITT-FALSE of all before it", () => {
    expect(crc("123456789")).toBe(0x29b1);
    const payload = vietQr({ bin: "970436", account: "100000" });
    expect(payload).toBe("00020101021138500010A0000007270120000697043601061000000208QRIBFTTA53037045802VN63046D6B");
  });

  test("is not made for what no bank reads", () => {
    const good = { bin: "970436", account: "0900000002", amount: 45_000, memo: "CQXLSGMJHMJ" };
    expect(vietQr(good)).toContain("540545000");
    for (const bad of [
      { bin: "97043" },
      { account: "" },
      { account: "12345678901234567890" },
      { account: "12-34" },
      { amount: 0 },
      { amount: -1 },
      { amount: 1.5 },
      { amount: 1e18 },
      { memo: "" },
      { memo: "chè" },
      { memo: "x".repeat(26) },
    ]) {
      expect(() => vietQr({ ...good, ...bad }), JSON.stringify(bad)).toThrow(RangeError);
    }
  });
});
