import { readFileSync } from "node:fs";
import { generateKeyPairSync, sign } from "node:crypto";
import { expect, test } from "vitest";
import { verify, verifyPurely } from "../behaviours/ed25519";
import { checkBundle, Refusal } from "../behaviours/proof";

// The very bundles that the verifier of the command line is tested with.
const read = (name: string): string => readFileSync(new URL(`../../tests/bundles/${name}`, import.meta.url), "utf8");
const good = read("good.json");
const table = JSON.parse(read("cases.json")) as {
  keys: { log: string; witness: string };
  cases: { name: string; set?: Record<string, unknown>; keys?: string; refused: string | null }[];
};

function changed(set: Record<string, unknown> = {}): string {
  const bundle = JSON.parse(good) as unknown;
  for (const [pointer, value] of Object.entries(set)) {
    const steps = pointer.slice(1).split("/");
    const last = steps.pop() ?? "";
    const at = steps.reduce((part, step) => part[step] as Record<string, unknown>, bundle as Record<string, unknown>);
    at[last] = value;
  }
  return JSON.stringify(bundle);
}

const reason = (bundle: string, keys: string): Promise<string | null> =>
  checkBundle(bundle, keys).then(
    () => null,
    (error: unknown) => {
      if (error instanceof Refusal) return error.reason;
      throw error;
    },
  );

test("a good bundle is proved and says what it proves", async () => {
  const proven = await checkBundle(good, `# of the sheet\n${table.keys.log}\n\n${table.keys.witness}\n`);
  expect(proven).toMatchObject({ events: 2, erased: 1, waiting: 1, size: 9, lot: "261120-01", ownKey: false });
  expect(proven.witnesses).toEqual(["ban.example.vn/witness/1"]);
  expect((await checkBundle(good, "")).ownKey).toBe(true);
});

test.each(table.cases)("$name", async ({ set, keys, refused }) => {
  expect(await reason(changed(set), keys ?? "")).toBe(refused);
});

test("what is not JSON is refused in words", async () => {
  for (const text of ["", "null", "[]", "{", '"x"']) expect(await reason(text, "")).toBe("not-a-bundle");
});

test("a change names its leaf", async () => {
  const refusal = await checkBundle(changed({ "/leaves/1/document": "{}" }), "").catch((error: unknown) => error);
  expect(refusal).toMatchObject({ reason: "changed", leaf: { index: 4 } });
});

test("signatures are checked alike with and without the browser's help", async () => {
  // RFC 8032, 7.1, tests 1 to 3.
  const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));
  const vectors: [string, string, string][] = [
    [
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
      "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
      "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
  ];
  for (const [key, message, signature] of vectors) {
    for (const check of [verify, verifyPurely]) {
      expect(await check(hex(key), hex(message), hex(signature))).toBe(true);
      expect(await check(hex(key), hex(`${message}00`), hex(signature))).toBe(false);
      const forged = hex(signature);
      forged[40] = (forged[40] ?? 0) ^ 1;
      expect(await check(hex(key), hex(message), forged)).toBe(false);
    }
  }
  for (let round = 0; round < 5; round++) {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const key = new Uint8Array(publicKey.export({ format: "der", type: "spki" }).subarray(-32));
    const message = new Uint8Array([round, 1, 2, 3]);
    expect(await verifyPurely(key, message, new Uint8Array(sign(null, message, privateKey)))).toBe(true);
  }
});
