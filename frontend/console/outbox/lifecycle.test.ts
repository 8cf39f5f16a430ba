import { expect, test } from "vitest";
import { type State, newDraft } from "./draft";
import { departed, letIn, pause, returned, shutOut, stranded } from "./lifecycle";

const draft = newDraft({ owner: "a", kind: "diary", path: "/api/v1/diary", body: {} });
const every: State[] = ["waiting", "sending", "sent", "refused", "needs_sign_in"];
const become = (change: (from: typeof draft) => typeof draft) => every.map((state) => change({ ...draft, state }).state);

test("a death strands only what was on its way", () => {
  expect(become(stranded)).toEqual(["waiting", "waiting", "sent", "refused", "needs_sign_in"]);
});

test("a lost session holds back what is not decided; a sign-in lets it go", () => {
  expect(become(shutOut)).toEqual(["needs_sign_in", "needs_sign_in", "sent", "refused", "needs_sign_in"]);
  expect(become(letIn)).toEqual(["waiting", "sending", "sent", "refused", "waiting"]);
});

test("pauses double, end at five minutes, and are shortened by chance by a quarter at most", () => {
  expect([1, 2, 3, 4].map((attempts) => pause(attempts))).toEqual([2_000, 4_000, 8_000, 16_000]);
  expect(pause(50)).toBe(300_000);
  expect(pause(1, 1)).toBe(1_500);
});

test("each outcome leads to its state", () => {
  const gone = departed(draft);
  expect(gone).toMatchObject({ state: "sending", attempts: 1 });
  expect(returned(gone, { is: "recorded", answer: { id: draft.id } }, 0, 0)).toMatchObject({ state: "sent", answer: { id: draft.id } });
  expect(returned(gone, { is: "unreachable" }, 10, 0)).toMatchObject({ state: "waiting", next_try_at: 2_010 });
  expect(returned(gone, { is: "broken" }, 10, 0)).toMatchObject({ state: "waiting", next_try_at: 2_010 });
  expect(returned(gone, { is: "busy", wait_ms: 9_000 }, 10, 0)).toMatchObject({ state: "waiting", next_try_at: 9_010 });
  expect(returned(gone, { is: "busy", wait_ms: 0 }, 10, 0), "never at once").toMatchObject({ next_try_at: 2_010 });
  expect(returned(gone, { is: "signed_out" }, 10, 0)).toMatchObject({ state: "needs_sign_in" });
});
