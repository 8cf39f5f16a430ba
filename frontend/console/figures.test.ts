import { expect, test, vi } from "vitest";

vi.mock("./words", () => ({ language: "vi", t: (id: string) => id }));
const { fieldTime, momentText, ofFieldTime } = await import("./figures");

test("a moment is typed and shown in Vietnam's time, wherever the phone is", () => {
  expect(fieldTime("2026-11-21T20:30:00Z")).toBe("2026-11-22T03:30");
  expect(new Date(ofFieldTime("2026-11-22T03:30")).toISOString()).toBe("2026-11-21T20:30:00.000Z");
  expect(momentText("2026-11-21T20:30:00Z")).toBe("03:30 · 22/11/2026");
});
