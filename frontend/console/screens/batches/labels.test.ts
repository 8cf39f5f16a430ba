import { expect, test } from "vitest";
import { type Wanted, labelsAddress } from "./labels";

const sheet: Wanted = { template: "a4-65", format: "pdf", count: 130 };

test("stickers are asked for with template, format and count", () => {
  expect(labelsAddress("b", sheet)).toBe("/api/v1/batches/b/labels.pdf?template=a4-65&count=130");
  expect(labelsAddress("b", { ...sheet, format: "zpl", template: "roll-40x25" })).toBe("/api/v1/batches/b/labels.zpl?template=roll-40x25&count=130");
});

test("serials say with which number they begin, so that a file asked for twice is the same", () => {
  expect(labelsAddress("b", { ...sheet, from: 8 })).toBe("/api/v1/batches/b/labels.pdf?template=a4-65&count=130&serials=1&from=8");
  expect(labelsAddress("b", { ...sheet, from: 8, scratch: true })).toContain("&serials=1&from=8&scratch=1");
  expect(labelsAddress("b", { ...sheet, scratch: true }), "a hidden code needs a serial").not.toContain("scratch");
  expect(labelsAddress("b", { ...sheet, from: 0 })).toBeUndefined();
});

test.each([null, 0, -1, 1.5, 1001, NaN])("%s stickers cannot be printed", (count) => {
  expect(labelsAddress("b", { ...sheet, count })).toBeUndefined();
});
