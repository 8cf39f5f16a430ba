// Pulls what an exchange has on sale into one file, and only what has changed since the last time. Node 20, no packages.
// node pull.mjs https://san.example.vn listings.json
import { readFile, rename, writeFile } from "node:fs/promises";

const [exchange, file] = process.argv.slice(2);
const get = (path) => fetch(new URL(path, exchange), { signal: AbortSignal.timeout(30_000) });
const about = await (await get("/.well-known/choque-exchange")).json();
const key = (jwk) => crypto.subtle.importKey("jwk", jwk, "Ed25519", false, ["verify"]);
const keys = await Promise.all(about.keys.map(key));

/** RFC 8785 for what is signed here: texts, whole numbers, yes and no, lists and objects. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`;
}

async function take(listings, { signature, ...item }) {
  const [signed, said] = [Buffer.from(signature, "base64url"), Buffer.from(canonical(item))];
  const good = await Promise.all(keys.map((key) => crypto.subtle.verify("Ed25519", key, signed, said)));
  if (!good.includes(true)) throw new Error(`${item.id}: its signature is wrong`);
  if (item.kind === "upsert") listings[item.id] = item.listing;
  else delete listings[item.id];
}

let { cursor = "", listings = {} } = JSON.parse(await readFile(file, "utf8").catch(() => "{}"));
for (let items = [null]; items.length > 0; ) {
  const answer = await get(`${about.endpoints.changes}?limit=500&since=${encodeURIComponent(cursor)}`);
  if (!answer.ok && answer.status !== 410) throw new Error(`${exchange} answers ${answer.status}`);
  const page = await answer.json();
  if (answer.status === 410) [cursor, listings] = ["", {}];
  items = answer.ok ? page.items : [null];
  for (const item of answer.ok ? items : []) await take(listings, item);
  if (answer.ok) cursor = page.next_cursor;
  // The listings and the place behind them in one step: whoever is cut off loses nothing and takes nothing twice.
  await writeFile(`${file}.new`, JSON.stringify({ cursor, listings }));
  await rename(`${file}.new`, file);
}
console.log(`${Object.keys(listings).length} listings`);
