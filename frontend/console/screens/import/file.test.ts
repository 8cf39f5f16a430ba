import { expect, test } from "vitest";
import { share } from "./file";

test("a file that changes nothing is done at once", () => {
  expect(share({ done: 0, total: 0 })).toBe(1);
  expect(share({ done: 250, total: 1000 })).toBe(0.25);
});
