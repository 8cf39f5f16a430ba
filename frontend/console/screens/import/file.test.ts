import { expect, test } from "vitest";
import { share, tooLarge } from "./file";

test("what the server would refuse for its size is not sent", () => {
  expect(tooLarge(20 * 1024 * 1024)).toBe(false);
  expect(tooLarge(20 * 1024 * 1024 + 1)).toBe(true);
});

test("a file that changes nothing is done at once", () => {
  expect(share({ done: 0, total: 0 })).toBe(1);
  expect(share({ done: 250, total: 1000 })).toBe(0.25);
});
