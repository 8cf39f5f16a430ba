import { expect, test } from "vitest";
import { works } from "./steps";

test("forms are offered for what the server allows, giving up last", () => {
  expect(works({ actions: ["pack", "cancel"], further: ["edit", "weigh"], delivery: "ship" })).toEqual(["weigh", "pack", "edit", "cancel"]);
  expect(works({ actions: ["ship"], further: ["refund"], delivery: "pickup" })).toEqual(["refund"]);
  expect(works({ actions: ["confirm"], delivery: "ship" })).toEqual([]);
});
