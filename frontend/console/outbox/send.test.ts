import { expect, test } from "vitest";
import { newDraft } from "./draft";
import { send } from "./send";

const answering = (body: unknown): typeof fetch => async () => new Response(JSON.stringify(body), { status: 201, headers: { "content-type": "application/json" } });
const batch = newDraft({ owner: "o", kind: "batch", path: "/api/v1/batches", body: { product_id: "p" } });

test("a batch is recorded under the server's own id", async () => {
  const answer = { id: "server", product_id: "p", lot: "261121-01" };
  expect(await send(batch, answering(answer))).toEqual({ is: "recorded", answer });
});

test("an answer that is about something else did not come from the server", async () => {
  for (const other of [{ id: batch.id }, { id: "x", product_id: "q", lot: "1" }, "Wi-Fi", null]) {
    expect(await send(batch, answering(other))).toEqual({ is: "unreachable" });
  }
});
