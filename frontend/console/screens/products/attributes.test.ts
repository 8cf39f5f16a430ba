import { describe, expect, test } from "vitest";
import type { Attribute } from "../../wire";
import { asTyped, read, valueText } from "./attributes";

const attribute = (kind: Attribute["kind"], more: Partial<Attribute> = {}): Attribute => ({
  key: "k", name: "K", kind, unit: null, required: false, least: null, most: null, choices: [], ...more,
});
const value = (of: Attribute, typed: string | string[]): unknown => {
  const got = read(of, typed);
  return "wrong" in got ? "wrong" : got.value;
};

describe("what is typed becomes what the API writes", () => {
  test.each<[Attribute["kind"], string | string[], unknown]>([
    ["text", " đồi Hảo Đạt ", "đồi Hảo Đạt"],
    ["text", "  ", null],
    ["integer", "12", 12],
    ["integer", "0", 0],
    ["integer", "1,5", "wrong"],
    ["decimal", "12,50", "12.5"],
    ["decimal", "ba", "wrong"],
    ["choice", "green", "green"],
    ["choices", ["a", "b"], ["a", "b"]],
    ["choices", [], null],
    ["flag", "true", true],
    ["flag", "false", false],
    ["flag", "", null],
    ["date", "2026-11-21", "2026-11-21"],
  ])("%s %j: %j", (kind, typed, wanted) => expect(value(attribute(kind), typed)).toEqual(wanted));

  test("bounds are inclusive", () => {
    const share = attribute("decimal", { least: "0.5", most: "45" });
    expect([value(share, "0,5"), value(share, "45"), value(share, "45,1"), value(share, "0,4")]).toEqual(["0.5", "45", "wrong", "wrong"]);
  });
});

test("what the API wrote is typed back unchanged", () => {
  const cases: [Attribute["kind"], unknown][] = [["text", "x"], ["integer", 12], ["decimal", "12.5"], ["choices", ["a"]], ["flag", false], ["date", "2026-11-21"]];
  for (const [kind, wire] of cases) expect(value(attribute(kind), asTyped(attribute(kind), wire)), kind).toEqual(wire);
});

test("a value is said with its unit and its choices by name", () => {
  expect(valueText(attribute("decimal", { unit: "%" }), "12.5")).toBe("12,5\u{a0}%");
  const dried = attribute("choices", { choices: [{ code: "sun", name: "phơi nắng" }, { code: "pan", name: "sao chảo" }] });
  expect(valueText(dried, ["pan", "sun"])).toBe("sao chảo, phơi nắng");
  expect(valueText(attribute("date"), "2026-11-21")).toBe("21/11/2026");
});
