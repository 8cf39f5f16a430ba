import "fake-indexeddb/auto";
import { openDB } from "idb";
import { beforeEach, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../database";
import { type Draft, newDraft, uuid } from "./draft";
import type { Outcome } from "./lifecycle";
import { Outbox, type World } from "./outbox";
import { send } from "./send";
import { DraftExists, Store } from "./store";

const LAN = "0193a6c8-4b1e-7c32-9d40-00000000000a";
const MINH = "0193a6c8-4b1e-7c32-9d40-00000000000b";
const line = (note: string) => ({ owner: LAN, kind: "diary" as const, path: "/api/v1/diary", body: { plot_id: "p", activity: "weeding", note } });

/** A server that keeps the Idempotency-Key contract, and a network that can fail in each way. */
class Server {
  requests: { key: string; account: string; behalf: string | null; body: { id: string; note?: string } }[] = [];
  rows = new Map<string, { id: string; note?: string }>();
  /** What happens to the next requests, in turn; then all is well. */
  fate: ((recorded: () => Response) => Response | Promise<Response>)[] = [];
  session: string | undefined = LAN;

  fetch: typeof fetch = async (path, init) => {
    const headers = new Headers(init?.headers);
    const body = JSON.parse(String(init?.body));
    expect(init?.method).toBe("POST");
    expect(headers.get("idempotency-key")).toBe(body.id);
    this.requests.push({ key: body.id, account: headers.get("choque-account") ?? "", behalf: headers.get("choque-on-behalf"), body });
    const recorded = (): Response => {
      if (this.session !== headers.get("choque-account")) return problem(401, "not-signed-in");
      if (!this.rows.has(body.id)) this.rows.set(body.id, body);
      return Response.json({ ...body, path }, { status: 201 });
    };
    return this.fate.shift()?.(recorded) ?? recorded();
  };
}

function problem(status: number, code: string, more: object = {}, headers: Record<string, string> = {}): Response {
  const body = { type: `urn:choque:problem:${code}`, title: "", status, detail: "Chưa ghi được.", errors: [], ...more };
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/problem+json", ...headers } });
}

const noNetwork = (): Response => {
  throw new TypeError("Failed to fetch");
};

let db: Database;
let server: Server;
let now: number;

beforeEach(async () => {
  db = await openDatabase(`test-${uuid()}`);
  await db.put("settings", LAN, "person");
  server = new Server();
  now = 1_790_000_000_000;
});

/** One lock for all tabs of a browser. */
function browser() {
  let last: Promise<unknown> = Promise.resolve();
  let inside = 0;
  const alone: World["alone"] = (work) => {
    const turn = last.then(async () => {
      inside += 1;
      expect(inside, "two tabs send at once").toBe(1);
      try {
        return await work();
      } finally {
        inside -= 1;
      }
    });
    last = turn.catch(() => undefined);
    return turn;
  };
  return (more: Partial<World> = {}) =>
    new Outbox(new Store(db), { send: (draft) => send(draft, server.fetch), alone, changed: () => undefined, now: () => now, chance: () => 0, ...more });
}

const states = async () => (await new Store(db).of(LAN)).map(({ state }) => state);

describe("when all is well", () => {
  test("drafts are sent once each, in the order in which they were written", async () => {
    const outbox = browser()();
    for (const note of ["một", "hai", "ba", "bốn", "năm"]) await outbox.add(line(note));
    expect(await outbox.drain({ eager: false })).toEqual({ sent: 5 });
    expect(server.requests.map(({ body }) => body.note)).toEqual(["một", "hai", "ba", "bốn", "năm"]);
    expect(server.rows.size).toBe(5);
    expect(await states()).toEqual(["sent", "sent", "sent", "sent", "sent"]);
    await outbox.drain({ eager: true });
    expect(server.requests).toHaveLength(5);
  });

  test("the server's answer is kept with the draft", async () => {
    const outbox = browser()();
    const { id } = await outbox.add(line("một"));
    await outbox.drain({ eager: false });
    expect((await outbox.store.get(id))?.answer).toMatchObject({ id, note: "một" });
  });

  test("what is told later of a recorded draft is kept with it, and of no other", async () => {
    const outbox = browser()();
    const [sent, waiting] = [await outbox.add(line("một")), await outbox.add(line("hai"))];
    server.fate = [(recorded) => recorded(), noNetwork];
    await outbox.drain({ eager: false });
    await outbox.learn(sent.id, { id: sent.id, status: "paid" });
    await outbox.learn(waiting.id, { id: waiting.id, status: "paid" });
    expect((await outbox.store.get(sent.id))?.answer).toEqual({ id: sent.id, status: "paid" });
    expect((await outbox.store.get(waiting.id))?.answer).toBeUndefined();
  });

  test("drafts written while others are being sent go in the same drain", async () => {
    let outbox: Outbox;
    const world = { send: async (draft: Draft) => {
      if (draft.body["note"] === "một") {
        await outbox.add(line("hai"));
        void outbox.drain({ eager: false });
      }
      return send(draft, server.fetch);
    } };
    outbox = browser()(world);
    await outbox.add(line("một"));
    await outbox.drain({ eager: false });
    expect(await states()).toEqual(["sent", "sent"]);
    expect(server.requests).toHaveLength(2);
  });
});

describe("when the network fails", () => {
  test("a draft waits, longer after each try, and is sent when a timer knocks in time", async () => {
    const outbox = browser()();
    await outbox.add(line("một"));
    await outbox.add(line("hai"));
    server.fate = [noNetwork, noNetwork];
    const { next_at } = await outbox.drain({ eager: false });
    expect(next_at).toBe(now + 2_000);
    expect(server.requests, "the second would fail too").toHaveLength(1);
    expect(await states()).toEqual(["waiting", "waiting"]);

    now += 2_000;
    expect((await outbox.drain({ eager: false })).next_at).toBe(now + 4_000);
    now += 4_000;
    expect(await outbox.drain({ eager: false })).toEqual({ sent: 2 });
    expect(server.rows.size).toBe(2);
  });

  test("a returning network does not wait for the pause to end", async () => {
    const outbox = browser()();
    await outbox.add(line("một"));
    server.fate = [noNetwork];
    await outbox.drain({ eager: false });
    expect((await outbox.drain({ eager: false })).sent, "the pause holds a timer back").toBe(0);
    expect((await outbox.drain({ eager: true })).sent).toBe(1);
  });

  test("an answer that was lost on its way is asked for again under the same key, and one row results", async () => {
    const outbox = browser()();
    await outbox.add(line("một"));
    server.fate = [(recorded) => (recorded(), noNetwork())];
    await outbox.drain({ eager: false });
    expect(await states()).toEqual(["waiting"]);
    await outbox.drain({ eager: true });
    expect(await states()).toEqual(["sent"]);
    expect(server.requests.map(({ key }) => key)).toEqual([server.requests[0]?.key, server.requests[0]?.key]);
    expect(server.rows.size).toBe(1);
  });

  test("a Wi-Fi login page is not taken for the server, whatever it answers", async () => {
    const page = (status: number) => () => new Response("<h1>Chào quý khách</h1>", { status, headers: { "content-type": "text/html" } });
    for (const fate of [page(200), page(401), page(403), () => Response.json({ ok: true }), () => Response.json({ id: 1 })]) {
      const outbox = browser()();
      if ((await states()).length === 0) await outbox.add(line("một"));
      server.fate = [fate];
      await outbox.drain({ eager: true });
      expect(await states()).toEqual(["waiting"]);
    }
    await browser()().drain({ eager: true });
    expect(await states()).toEqual(["sent"]);
  });

  test("a busy server is left alone for as long as it asks", async () => {
    for (const busy of [() => problem(429, "too-many", {}, { "retry-after": "60" }), () => problem(409, "in-flight", {}, { "retry-after": "60" }), () => problem(503, "unavailable", {}, { "retry-after": "60" })]) {
      const outbox = browser()();
      const draft = await outbox.add(line("một"));
      server.fate = [busy];
      expect((await outbox.drain({ eager: false })).next_at).toBe(now + 60_000);
      expect((await outbox.store.get(draft.id))?.state).toBe("waiting");
      await outbox.discard(draft.id);
    }
  });

  test("a draft at which the server breaks does not keep the others back", async () => {
    const outbox = browser()();
    await outbox.add(line("một"));
    await outbox.add(line("hai"));
    server.fate = [() => problem(500, "internal")];
    await outbox.drain({ eager: false });
    expect(await states()).toEqual(["waiting", "sent"]);
  });
});

test("a draft whose sender was killed is sent again under the same key, and one row results", async () => {
  const tab = browser();
  const { id } = await tab().add(line("một"));
  // The server recorded it; the tab died before it heard.
  let reached = (): void => undefined;
  const underway = new Promise<void>((done) => (reached = done));
  const dead = browser()({ send: (draft) => send(draft, server.fetch).then(() => (reached(), new Promise<Outcome>(() => undefined))) });
  void dead.drain({ eager: false });
  await underway;
  expect(await states()).toEqual(["sending"]);

  await tab().drain({ eager: false });
  expect(await states()).toEqual(["sent"]);
  expect(server.requests.map(({ key }) => key)).toEqual([id, id]);
  expect(server.rows.size).toBe(1);
});

describe("when nobody is signed in", () => {
  test("drafts are kept and sent after the next sign-in", async () => {
    const outbox = browser()();
    await outbox.add(line("một"));
    await outbox.add(line("hai"));
    server.session = undefined;
    expect(await outbox.drain({ eager: true })).toEqual({ sent: 0 });
    expect(await states()).toEqual(["needs_sign_in", "needs_sign_in"]);
    expect(server.requests).toHaveLength(1);
    await outbox.drain({ eager: true });
    expect(server.requests, "nothing is tried before somebody signs in").toHaveLength(1);

    server.session = LAN;
    await outbox.welcome(LAN);
    expect(await outbox.drain({ eager: false })).toEqual({ sent: 2 });
  });

  test("somebody else's session sends nothing of mine", async () => {
    const outbox = browser()();
    await outbox.add(line("một"));
    // Minh signed in on the same phone, in another tab: the console here does not know yet.
    server.session = MINH;
    await outbox.drain({ eager: true });
    expect(server.rows.size).toBe(0);
    expect(server.requests.map(({ account }) => account)).toEqual([LAN]);
    expect(await states()).toEqual(["needs_sign_in"]);

    // Now the console knows.
    await db.put("settings", MINH, "person");
    await outbox.welcome(MINH);
    await outbox.add({ ...line("của Minh"), owner: MINH });
    await outbox.drain({ eager: true });
    expect([...server.rows.values()].map(({ note }) => note)).toEqual(["của Minh"]);
    expect(await states()).toEqual(["needs_sign_in"]);

    server.session = LAN;
    await db.put("settings", LAN, "person");
    await outbox.welcome(LAN);
    await outbox.drain({ eager: true });
    expect(await states()).toEqual(["sent"]);
  });
});

describe("when the server refuses", () => {
  const wrong = () => problem(422, "invalid", { errors: [{ pointer: "/plot_id", detail: "Không có thửa này." }] });

  test("the draft is kept with the server's words, and the others go on", async () => {
    const outbox = browser()();
    const draft = await outbox.add(line("một"));
    await outbox.add(line("hai"));
    server.fate = [wrong];
    await outbox.drain({ eager: false });
    expect(await states()).toEqual(["refused", "sent"]);
    expect((await outbox.store.get(draft.id))?.refusal).toEqual({
      detail: "Chưa ghi được.",
      errors: [{ pointer: "/plot_id", detail: "Không có thửa này." }],
    });
    await outbox.drain({ eager: true });
    expect(server.requests, "what was refused is not sent again").toHaveLength(2);
  });

  test("written anew, it goes under another id, and the old one is gone", async () => {
    const outbox = browser()();
    await outbox.add(line("một"));
    server.fate = [wrong];
    await outbox.drain({ eager: false });
    const [refused] = await outbox.store.of(LAN);
    const again = await outbox.rewrite(refused!, { ...refused!.body, note: "đã sửa" });
    expect(again?.id).not.toBe(refused?.id);
    expect(again?.body.id).toBe(again?.id);
    await outbox.drain({ eager: false });
    expect(await states()).toEqual(["sent"]);
    expect([...server.rows.values()].map(({ note }) => note)).toEqual(["đã sửa"]);
  });

  test("an id that the server knows with other words is a refusal, not a reason to wait", async () => {
    const outbox = browser()();
    await outbox.add(line("một"));
    server.fate = [() => problem(409, "draft-changed", { errors: [{ pointer: "/id", detail: "Đã ghi khác." }] })];
    await outbox.drain({ eager: false });
    expect(await states()).toEqual(["refused"]);
  });

  test("a draft on its way cannot be thrown away: nobody knows yet whether it was recorded", async () => {
    let arrived = (): void => undefined;
    const sending = new Promise<void>((done) => (arrived = done));
    let answer: (outcome: Outcome) => void = () => undefined;
    const outbox = browser()({ send: () => (arrived(), new Promise((done) => (answer = done))) });
    const { id } = await outbox.add(line("một"));
    const round = outbox.drain({ eager: false });
    await sending;
    expect(await outbox.discard(id)).toBe(false);
    answer({ is: "refused", refusal: { detail: "", errors: [] } });
    await round;
    expect(await outbox.discard(id)).toBe(true);
    expect(await states()).toEqual([]);
  });
});

test("two tabs that wake at once send each draft once", async () => {
  const tab = browser();
  const [one, other] = [tab(), tab()];
  for (const note of ["một", "hai", "ba"]) await one.add(line(note));
  await Promise.all([one.drain({ eager: true }), other.drain({ eager: true }), one.drain({ eager: true })]);
  expect(server.requests.map(({ body }) => body.note)).toEqual(["một", "hai", "ba"]);
  expect(await states()).toEqual(["sent", "sent", "sent"]);
});

test("a second draft with the id of another is refused, and the first stays as it was", async () => {
  const outbox = browser()();
  const { id } = await outbox.add(line("một"));
  await expect(outbox.add(line("khác"), id)).rejects.toBeInstanceOf(DraftExists);
  expect((await outbox.store.get(id))?.body["note"]).toBe("một");
  expect(await states()).toEqual(["waiting"]);
});

test("recorded drafts are shown for two days; what was not sent is kept for as long as it takes", async () => {
  const outbox = browser()();
  await outbox.add(line("đã ghi"));
  await outbox.drain({ eager: false });
  await outbox.add(line("chưa ghi"));
  await outbox.store.sweep(now + 1 * 24 * 60 * 60 * 1000);
  expect(await states()).toEqual(["sent", "waiting"]);
  await outbox.store.sweep(now + 400 * 24 * 60 * 60 * 1000);
  expect(await states()).toEqual(["waiting"]);
});

test("ids rise with time and within a millisecond, and carry their version", () => {
  const ids = Array.from({ length: 1000 }, () => uuid(now));
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(1000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const made = newDraft(line("một"));
  expect(made.body.id).toBe(made.id);
});

describe("what a helper writes for others", () => {
  const XUAN = { id: "0193a6c8-4b1e-7c32-9d40-00000000000c", name: "Bà Xuân" };
  const AN = { id: "0193a6c8-4b1e-7c32-9d40-00000000000d", name: "Ông An" };

  test("each draft goes in the name for which it was written, whoever is helped by the time it is sent", async () => {
    const outbox = browser()();
    await outbox.add({ ...line("một"), onBehalf: XUAN });
    await outbox.add(line("hai"));
    await outbox.add({ ...line("ba"), onBehalf: AN });
    await outbox.drain({ eager: false });
    expect(server.requests.map(({ body, account, behalf }) => [body.note, account, behalf])).toEqual([
      ["một", LAN, XUAN.id],
      ["hai", LAN, null],
      ["ba", LAN, AN.id],
    ]);
  });

  test("a draft that comes after its consent was taken back is refused, kept, and says why; the others go on", async () => {
    const outbox = browser()();
    const { id } = await outbox.add({ ...line("một"), onBehalf: XUAN });
    await outbox.add({ ...line("hai"), onBehalf: AN });
    server.fate = [() => problem(403, "not-acting", { detail: "Bà Xuân không nhờ bạn nữa." })];
    expect(await outbox.drain({ eager: false })).toEqual({ sent: 1 });
    expect(await states()).toEqual(["refused", "sent"]);
    expect((await outbox.store.get(id))?.refusal?.detail).toBe("Bà Xuân không nhờ bạn nữa.");
  });

  test("written anew, it is still for the same person", async () => {
    const outbox = browser()();
    const refused = await outbox.add({ ...line("một"), onBehalf: XUAN });
    server.fate = [() => problem(422, "invalid")];
    await outbox.drain({ eager: false });
    await outbox.rewrite(refused, { plot_id: "p", activity: "weeding", note: "hai" });
    await outbox.drain({ eager: false });
    expect(server.requests.at(-1)).toMatchObject({ behalf: XUAN.id, body: { note: "hai" } });
  });

  test("what a console of before wrote on this phone is still there, its writer's own", async () => {
    const name = `test-${uuid()}`;
    const before = await openDB(name, 1, {
      upgrade(old) {
        old.createObjectStore("drafts", { keyPath: "id" }).createIndex("owner", "owner");
        for (const store of ["kept", "settings"]) old.createObjectStore(store);
        old.createObjectStore("people", { keyPath: "id" });
      },
    });
    const draft = newDraft(line("một"));
    await before.put("drafts", draft);
    await before.put("settings", LAN, "person");
    before.close();

    db = await openDatabase(name);
    await browser()().drain({ eager: true });
    expect(server.requests).toMatchObject([{ key: draft.id, account: LAN, behalf: null }]);
    // And that console sends nothing any more: it does not know for whom.
    await expect(openDB(name, 1)).rejects.toThrow("version");
  });
});
