import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openDatabase } from "./database";
import { Desk } from "./desk.svelte";
import { uuid } from "./outbox/draft";

const HA = { id: "0193a6c8-4b1e-7c32-9d40-0000000000aa", phone: "0900000006", name: "Hà", roles: ["helper"] };
const XUAN = { id: "0193a6c8-4b1e-7c32-9d40-00000000000c", name: "Bà Xuân" };
const AN = { id: "0193a6c8-4b1e-7c32-9d40-00000000000d", name: "Ông An" };
const SCOPE = ["diary", "products"];

/** Asks in the order they came: path and for whom. */
let asked: [path: string, behalf: string | null][];
let gates: Promise<unknown>[];

beforeEach(() => {
  [asked, gates] = [[], []];
  vi.stubGlobal("navigator", { onLine: true });
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const behalf = new Headers(init.headers).get("choque-on-behalf");
    asked.push([path, behalf]);
    await gates.shift();
    const item = { id: `${path.split("/")[3]?.split("?")[0]} of ${behalf ?? "self"}`, seller_id: "s" };
    return Response.json({ items: [item], next_cursor: null });
  });
});
afterEach(() => vi.unstubAllGlobals());

async function seated(name = `test-${uuid()}`) {
  const desk = new Desk(await openDatabase(name));
  await desk.seat(HA);
  return desk;
}

test("everything that is read for somebody says so, and is kept apart from everybody else's", async () => {
  const desk = await seated();
  await desk.lists?.refresh();
  await desk.actFor(XUAN, SCOPE);
  expect(desk.lists?.products.value?.[0]?.id).toBe(`products of ${XUAN.id}`);
  await desk.actFor(AN, SCOPE);
  expect(desk.lists?.products.value?.[0]?.id).toBe(`products of ${AN.id}`);
  expect(desk.lists?.roles, "for somebody else no office is held").toEqual([]);
  await desk.stopActing();
  expect(desk.lists?.products.value?.[0]?.id).toBe("products of self");
  expect(desk.lists?.roles).toEqual(["helper"]);
  expect(new Set(asked.map(([, behalf]) => behalf))).toEqual(new Set([null, XUAN.id, AN.id]));
  expect(asked.filter(([path, behalf]) => path.includes("stalls") && behalf !== null), "nobody keeps a stall for another").toEqual([]);
});

test("an answer that comes after the helper has turned to somebody else stays with whom it was asked for", async () => {
  const desk = await seated();
  await desk.actFor(XUAN, SCOPE);
  const before = desk.lists;
  let open = (): void => undefined;
  gates = [new Promise<void>((done) => (open = done))];
  const late = before?.products.refresh();
  await desk.actFor(AN, SCOPE);
  open();
  await late;
  expect(desk.lists?.products.value?.[0]?.id).toBe(`products of ${AN.id}`);
  expect(before?.products.value?.[0]?.id).toBe(`products of ${XUAN.id}`);
  expect(await desk.db.get("kept", `${HA.id}/${AN.id}/products`)).toMatchObject({ value: [{ id: `products of ${AN.id}` }] });
});

test("a page that is loaded anew acts for the same person still; another person at the desk does not", async () => {
  const name = `test-${uuid()}`;
  const desk = await seated(name);
  await desk.actFor(XUAN, SCOPE);
  const again = await seated(name);
  expect(again.acting).toEqual(XUAN);
  expect(again.hand).toEqual({ owner: HA.id, behalf: XUAN.id });
  expect(again.lists?.products.value?.[0]?.id, "known without asking").toBe(`products of ${XUAN.id}`);
  await again.seat({ id: uuid(), phone: "0900000001", name: "Lan", roles: [] });
  expect(again.acting).toBeUndefined();
});

test("whoever makes room for another acts for nobody any more, even when they sit down again", async () => {
  const desk = await seated();
  await desk.actFor(XUAN, SCOPE);
  await desk.stepAside();
  await desk.seat(HA);
  expect(desk.acting).toBeUndefined();
  expect(desk.hand).toEqual({ owner: HA.id, behalf: undefined });
});

test("who takes their consent back is no longer kept on the phone, and the helper reads why", async () => {
  const desk = await seated();
  await desk.lists?.refresh();
  await desk.actFor(AN, SCOPE);
  await desk.actFor(XUAN, SCOPE);
  await desk.stopActing("Bà Xuân không nhờ bạn nữa.");
  expect(desk.actingEnded).toBe("Bà Xuân không nhờ bạn nữa.");
  const kept = async () => (await desk.db.getAllKeys("kept")).map(String);
  expect((await kept()).some((key) => key.includes(XUAN.id))).toBe(false);
  expect((await kept()).some((key) => key.includes(AN.id))).toBe(true);
  await desk.actOnlyFor([]);
  expect((await kept()).some((key) => key.includes(AN.id))).toBe(false);
  expect(await kept(), "the helper's own stays").toContain(`${HA.id}/products`);
});

test("a list at which the server fails leaves the rest of the desk as it is", async () => {
  const desk = await seated();
  vi.stubGlobal("fetch", async () =>
    new Response(JSON.stringify({ type: "urn:choque:problem:internal", detail: "Có lỗi.", errors: [] }), { status: 500, headers: { "content-type": "application/problem+json" } }));
  await desk.lists?.products.refresh().catch(desk.noticed);
  expect(desk.reached).toBe(true);
  vi.stubGlobal("fetch", async () => new Response("<h1>Bad gateway</h1>", { status: 502 }));
  await desk.lists?.products.refresh().catch(desk.noticed);
  expect(desk.reached).toBe(false);
  desk.found();
});

test("what is written for somebody lies beside the helper's own, each told apart", async () => {
  const desk = await seated();
  const own = await desk.write("diary", "/api/v1/diary", { note: "một" });
  await desk.actFor(XUAN, SCOPE);
  const theirs = await desk.write("diary", "/api/v1/diary", { note: "hai" });
  expect(theirs.onBehalf).toEqual(XUAN);
  expect(desk.drafts.map(({ id }) => id)).toEqual([theirs.id]);
  expect(desk.written.map(({ id }) => id)).toEqual([own.id, theirs.id]);
});
