import { expect, test } from "vitest";
import { type Roll, files } from "./roll";

const roll: Roll = { id: "r", commune_code: "05503", commune: "", first: 501, last: 2700, count: 2200, bound: 0, template: "roll-50x30", made_at: "" };

test("a long roll is printed in files of a thousand, none of its stickers twice", () => {
  expect(files(roll, "zpl").map(({ from, to }) => [from, to])).toEqual([[501, 1500], [1501, 2500], [2501, 2700]]);
  expect(files(roll, "zpl")[2]).toMatchObject({ path: "/api/v1/rolls/r/labels.zpl?from=2501&count=200", name: "cuon-05503-002501.zpl" });
});

test("a short roll is one file", () => {
  expect(files({ ...roll, last: 501 }, "pdf")).toHaveLength(1);
});
