import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Refused, Unreachable } from "../../reach";
import { type Upload, bring } from "./upload";

const HAND = { owner: "lan" };
const PIECE = 256 * 1024;
const photo = new Blob([new Uint8Array(PIECE * 2 + 100)]);

/** A server that takes pieces in order, and a line that may break. */
let has: number;
let pieces: number[];
let begun: number;
let fate: (() => Response | "lost" | undefined)[];

beforeEach(() => {
  [has, pieces, begun, fate] = [0, [], 0, []];
  vi.stubGlobal("fetch", async () => {
    begun += 1;
    return Response.json({ id: "u", offset: 0 }, { status: 201 });
  });
});
afterEach(() => vi.unstubAllGlobals());

const line: typeof fetch = async (_, init) => {
  const offset = { "upload-offset": String(has) };
  if (init?.method === "HEAD") return new Response(null, { status: 204, headers: offset });
  const special = fate.shift()?.();
  if (special instanceof Response) return special;
  const from = Number(new Headers(init?.headers).get("upload-offset"));
  if (from !== has) return new Response(null, { status: 409, headers: offset });
  const size = (init?.body as Blob).size;
  pieces.push(size);
  has += size;
  if (special === "lost") throw new TypeError("Failed to fetch");
  return new Response(null, { status: 204, headers: { "upload-offset": String(has) } });
};

describe("a photograph goes over in pieces", () => {
  test("each once, and how far it has come is told", async () => {
    const shares: number[] = [];
    expect(await bring(photo, { offset: 0 }, "key", HAND, (share) => shares.push(Math.round(share * 100)), line)).toBe("u");
    expect(pieces).toEqual([PIECE, PIECE, 100]);
    expect(shares).toEqual([0, 50, 100, 100]);
  });

  test("when the answer to a piece is lost, the next try goes on behind it and begins nothing anew", async () => {
    const upload: Upload = { offset: 0 };
    fate = [() => undefined, () => "lost"];
    await expect(bring(photo, upload, "key", HAND, () => undefined, line)).rejects.toBeInstanceOf(Unreachable);
    await bring(photo, upload, "key", HAND, () => undefined, line);
    expect(pieces).toEqual([PIECE, PIECE, 100]);
    expect(begun).toBe(1);
  });

  test("where the server has more than was thought, it is believed", async () => {
    has = PIECE;
    await bring(photo, { offset: 0 }, "key", HAND, () => undefined, line);
    expect(pieces).toEqual([PIECE, 100]);
  });

  test("a refusal is the server's word, not a broken line", async () => {
    const problem = { type: "urn:choque:problem:too-large", detail: "Ảnh nặng quá.", errors: [] };
    fate = [() => new Response(JSON.stringify(problem), { status: 413, headers: { "content-type": "application/problem+json" } })];
    await expect(bring(photo, { offset: 0 }, "key", HAND, () => undefined, line)).rejects.toBeInstanceOf(Refused);
  });
});
