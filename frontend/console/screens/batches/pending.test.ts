import { expect, test } from "vitest";
import { type Draft, newDraft } from "../../outbox/draft";
import type { Batch } from "../../wire";
import { pending } from "./pending";

const batch = { product_id: "p", quantity: { value: "12.5", unit: "kg" }, harvested_on: "2026-11-20" };
const draft = (change: Partial<Draft> = {}): Draft => ({ ...newDraft({ owner: "o", kind: "batch", path: "/api/v1/batches", body: batch }), ...change });

test("a batch is shown once: from the outbox until the server lists it", () => {
  const [old, sent] = [draft(), draft({ state: "sent", answer: { id: "b1", lot: "L", product_id: "p" } })];
  const diary = newDraft({ owner: "o", kind: "diary", path: "/api/v1/diary", body: {} });
  expect(pending([old, diary, sent], [])).toEqual([
    { draft: sent.id, ...batch, state: "sent" },
    { draft: old.id, ...batch, state: "waiting" },
  ]);
  expect(pending([old, sent], [{ id: "b1" } as Batch]).map(({ draft }) => draft)).toEqual([old.id]);
});
