import { expect, test } from "vitest";
import { standing } from "./deadline";

const dossier = (remaining_working_days: number | null, stands_since: string | null = null) => ({ remaining_working_days, stands_since, state: "accepted" as const });

test.each([
  [12, "good", "console-due-left", 12],
  [4, "good", "console-due-left", 4],
  [3, "care", "console-due-soon", 3],
  [1, "care", "console-due-soon", 1],
  [0, "bad", "console-due-today", 0],
  [-2, "bad", "console-due-over", 2],
  [null, "open", "console-due-none", 0],
])("with %s working days left it is %s", (left, tone, words, count) => expect(standing(dossier(left))).toMatchObject({ tone, words, count }));

test("while the clock stands nothing is late, however old it is", () => {
  expect(standing(dossier(-5, "2026-11-20"))).toMatchObject({ tone: "open", words: "console-due-stands", count: 0 });
  expect(standing(dossier(7, "2026-11-20"))).toMatchObject({ words: "console-due-stands", count: 7 });
});

test("what is closed has no deadline any more", () => {
  for (const state of ["granted", "refused", "withdrawn"] as const) expect(standing({ ...dossier(-5), state }).words).toBe(`console-due-${state}`);
});
