import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Refused } from "../reach";
import type { Payment } from "../wire";
import { follow } from "./follow";

const payment = (status: string): Payment => ({ id: "p", status }) as Payment;

/** Streams as a test wants them: each `EventSource` made is kept here. */
let streams: Stream[] = [];
class Stream {
  onopen: () => void = () => undefined;
  onmessage: (event: { data: string }) => void = () => undefined;
  onerror: () => void = () => undefined;
  closed = false;
  constructor(readonly url: string) {
    streams.push(this);
  }
  close(): void {
    this.closed = true;
  }
  tells(status: string): void {
    this.onmessage({ data: JSON.stringify(payment(status)) });
  }
}

let asked: string[];
let answers: Response[];
let over: AbortController;
let seen: string[];

beforeEach(() => {
  vi.useFakeTimers();
  [streams, asked, answers, seen] = [[], [], [], []];
  over = new AbortController();
  vi.stubGlobal("EventSource", Stream);
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    return answers.shift() ?? new Promise(() => undefined);
  });
});
afterEach(() => {
  over.abort();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const begin = () => follow("p", ({ status }) => seen.push(status), over.signal);
const settle = () => vi.advanceTimersByTimeAsync(3_000);

test("events tell, and nothing else is asked while the stream lasts", async () => {
  const end = begin();
  const [stream] = streams;
  expect(stream?.url).toBe("/api/v1/payments/p/events");
  stream?.onopen();
  stream?.tells("pending");
  stream?.tells("paid");
  expect(seen).toEqual(["pending", "paid"]);
  expect(asked).toEqual([]);
  over.abort();
  await end;
  expect(stream?.closed).toBe(true);
  stream?.tells("overpaid");
  expect(seen, "nobody looks any more").toEqual(["pending", "paid"]);
});

test("where streams do not come through, requests are held instead", async () => {
  void begin();
  answers = [Response.json(payment("pending")), Response.json(payment("paid"))];
  for (let turn = 0; turn < 2; turn += 1) {
    streams.at(-1)?.onerror();
    await settle();
  }
  expect(asked).toEqual(["/api/v1/payments/p?wait=25", "/api/v1/payments/p?wait=25"]);
  expect(seen).toEqual(["pending", "paid"]);
});

test("a stream that breaks is read after and opened again", async () => {
  void begin();
  streams[0]?.onopen();
  streams[0]?.tells("pending");
  answers = [Response.json(payment("paid"))];
  streams[0]?.onerror();
  await settle();
  expect(asked).toEqual(["/api/v1/payments/p"]);
  expect(seen).toEqual(["pending", "paid"]);
  expect(streams).toHaveLength(2);
});

test("a payment that is not there is not asked for for ever", async () => {
  const end = expect(begin()).rejects.toBeInstanceOf(Refused);
  answers = [new Response(JSON.stringify({ type: "urn:choque:problem:not-found" }), { status: 404, headers: { "content-type": "application/problem+json" } })];
  streams[0]?.onerror();
  await end;
});
