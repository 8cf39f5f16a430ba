import { expect, test } from "vitest";
import { body, weighed } from "./transform";

const input = (batch_id: string, amount: string) => ({ batch_id, amount, unit: "kg" });
const output = (amount: string, unit = "kg", weight = "") => ({ product_id: "p", amount, unit, weight });

test("a mix takes several and makes one, a split the other way round", () => {
  expect(body("mix", [input("a", "1")], [output("1")])).toBeUndefined();
  expect(body("mix", [input("a", "1"), input("b", "2")], [output("3")])).toBeDefined();
  expect(body("mix", [input("a", "1"), input("b", "2")], [output("1"), output("2")])).toBeUndefined();
  expect(body("split", [input("a", "3")], [output("3")])).toBeUndefined();
  expect(body("split", [input("a", "3")], [output("1"), output("2")])).toBeDefined();
});

test("amounts are told as the API writes them, packs with what they weigh", () => {
  expect(body("repack", [input("a", "9,5")], [output("45", "hop", "9")])).toEqual({
    kind: "repack",
    inputs: [{ batch_id: "a", quantity: { value: "9.5", unit: "kg" } }],
    outputs: [{ product_id: "p", quantity: { value: "45", unit: "hop" }, net_weight: { value: "9", unit: "kg" } }],
  });
});

test("nothing is told while a number is missing", () => {
  expect(body("process", [input("a", "")], [output("1")])).toBeUndefined();
  expect(body("process", [input("a", "5")], [output("1", "hop", "nhiều")])).toBeUndefined();
  expect(body("process", [input("a", "5")], [{ ...output("1"), product_id: "" }])).toBeUndefined();
});

test("what goes in and what comes out is compared in kilograms, where all of it is weighed", () => {
  expect(weighed([input("a", "10")], [output("2,2")])).toEqual({ into: "10", out: "2.2" });
  expect(weighed([input("a", "2,2")], [output("10", "hop", "2")])).toEqual({ into: "2.2", out: "2" });
  expect(weighed([{ ...input("a", "1"), unit: "ta" }], [output("500", "g")])).toEqual({ into: "100", out: "0.5" });
  expect(weighed([input("a", "10")], [output("10", "hop")])).toBeUndefined();
  expect(weighed([input("a", "")], [output("1")])).toBeUndefined();
});
