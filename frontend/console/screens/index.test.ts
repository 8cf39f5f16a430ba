import { expect, test, vi } from "vitest";

vi.mock("../words", () => ({ language: "vi", t: (id: string) => id }));
vi.mock("../router.svelte", () => ({ router: { path: "", query: new URLSearchParams() }, href: (to: string) => to }));

test("every screen is listed once: a bar that has one twice is not drawn at all", async () => {
  const { screens } = await import(".");
  const twice = screens.filter((screen, place) => screens.indexOf(screen) !== place);
  expect(twice.map(({ path }) => path)).toEqual([]);
  // Every screen is compiled for it.
}, 60_000);
