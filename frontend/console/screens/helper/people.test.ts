import { expect, test } from "vitest";
import { isOpen, lastDayText, people } from "./people";
import type { Consent } from "./wire";

const consent = (id: string, farmer: string | null, name: string, state: Consent["state"], helper = "h"): Consent => ({
  id, state, helper: { id: helper, name: "Hà" }, farmer: { id: farmer, name, phone: null }, scope: ["diary"], how: "witness", witness: null, given_at: null,
  until: "2027-11-21", revoked_at: null,
});

test("each person stands once, by the consent that holds, and only those whom this helper helps", () => {
  const all = [
    consent("1", "x", "Bà Xuân", "revoked"),
    consent("2", "x", "Bà Xuân", "active"),
    consent("3", "a", "Ông An", "active"),
    consent("4", "z", "Bà Đào", "ended"),
    consent("5", null, "Bà Mới", "pending"),
    consent("6", "y", "Của người khác", "active", "other"),
  ];
  expect(people(all, "h").map(({ id }) => id)).toEqual(["5", "2", "3", "4"]);
  expect(people(all, "h").filter(isOpen)).toHaveLength(3);
});

test("of two that are over, the newer one is shown", () => {
  expect(people([consent("1", "x", "Bà Xuân", "revoked"), consent("2", "x", "Bà Xuân", "revoked")], "h").map(({ id }) => id)).toEqual(["2"]);
});

test("it is told by its last day, not by the first on which it holds no longer", () => {
  expect(lastDayText({ ...consent("1", "x", "Bà Xuân", "active"), until: "2027-03-01" })).toBe("28/02/2027");
  expect(lastDayText({ ...consent("1", "x", "Bà Xuân", "pending"), until: null })).toBe("");
});
