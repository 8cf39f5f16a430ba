import { expect, test } from "vitest";
import { newDraft } from "../../outbox/draft";
import { told } from "./told";

const draft = newDraft({ owner: "a", kind: "roll", path: "/api/v1/rolls/bind", body: { batch_id: "b", from_code: "X", to_code: "Y" } });

test("what waits says only what was written", () => {
  const diary = newDraft({ owner: "a", kind: "diary", path: "/api/v1/diary", body: {} });
  expect(told([diary, draft])).toEqual([{ draft: draft.id, batch_id: "b", from: "X", to: "Y", state: "waiting" }]);
});

test("what was recorded says how many stickers, and the first that lies elsewhere", () => {
  const answer = { id: draft.id, bound: 4, clashes: 2, from_number: 4, to_number: 9, clashing: [{ number: 4, lot: "L-1" }, { number: 5, lot: "L-1" }] };
  const [line] = told([{ ...draft, state: "sent", answer }]);
  expect(line).toMatchObject({ bound: 4, numbers: [4, 9], clash: { count: 2, number: 4, lot: "L-1" } });
  expect(told([{ ...draft, state: "sent", answer: { ...answer, clashing: [], clashes: 0 } }])[0]).not.toHaveProperty("clash");
});
