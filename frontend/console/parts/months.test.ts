import { expect, test, vi } from "vitest";

vi.mock("../words", () => ({ language: "vi", t: (id: string) => id }));
const { monthAsked, monthBeside, monthText, thisMonth } = await import("./months");

test("months follow one another across the year", () => {
  expect(monthBeside("2026-01", -1)).toBe("2025-12");
  expect(monthBeside("2026-12", 1)).toBe("2027-01");
  expect(monthText("2026-11")).toBe("11/2026");
});

test("the month is Vietnam's, and none ahead of it is asked for", () => {
  expect(thisMonth(new Date("2026-10-31T18:00:00Z"))).toBe("2026-11");
  expect(["2026-10", "2026-12", "2026-13", "x", null].map((asked) => monthAsked(asked, "2026-11"))).toEqual(["2026-10", "2026-11", "2026-11", "2026-11", "2026-11"]);
});
