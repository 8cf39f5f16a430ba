import { expect, test } from "vitest";
import { paymentReference } from "./reference";

// The same three stand in `entity/src/codes.rs`: phone and server must agree to the letter.
test("the reference of a draft is the server's", async () => {
  expect(await paymentReference("0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a10")).toBe("CQXLSGMJHMJ");
  expect(await paymentReference("00000000-0000-0000-0000-000000000000")).toBe("CQQ4K5DC9P4");
  expect(await paymentReference("FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF")).toBe("CQCL6MVD6RT");
});
