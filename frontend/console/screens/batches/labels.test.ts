import { expect, test } from "vitest";
import { labelsAddress } from "./labels";

test("a sheet is asked for with its template and count", () => {
  expect(labelsAddress("b", "a4-65", 130)).toBe("/api/v1/batches/b/labels.pdf?template=a4-65&count=130");
});

test.each([null, 0, -1, 1.5, 1001, NaN])("%s stickers cannot be printed", (count) => {
  expect(labelsAddress("b", "a4-24", count)).toBeUndefined();
});
