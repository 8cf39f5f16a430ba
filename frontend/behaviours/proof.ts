/**
 * Checks a proof bundle (`choque.proof.v1`) with nothing but the bundle and the keys that somebody trusts. It does what
 * `choque log verify --bundle` does; both are tested with the same bundles.
 */
import { verify } from "./ed25519";

export type Reason =
  | "not-a-bundle"
  | "not-a-key"
  | "not-a-checkpoint"
  | "no-key"
  | "unsigned"
  | "bad-signature"
  | "no-witness"
  | "changed"
  | "not-in-log"
  | "malformed-leaf"
  | "other-batch";

/** Why a bundle is refused; `leaf` says which line of the log it is about. */
export class Refusal extends Error {
  // Declared only: as a field of a class it would need a helper that another script has too, and would have to import.
  declare readonly reason: Reason;
  declare readonly leaf: { index: number; event: string } | undefined;

  constructor(reason: Reason, leaf?: { index: number; event: string }) {
    super(reason);
    Object.assign(this, { reason, leaf });
  }
}

export interface Proven {
  origin: string;
  size: number;
  lot: string;
  events: number;
  erased: number;
  waiting: number;
  /** Witnesses whose keys were given and who have signed. */
  witnesses: string[];
  /** The log's key came with the bundle: it proves nothing against whoever made the bundle. */
  ownKey: boolean;
}

interface Key {
  name: string;
  id: string;
  /** 1: signs the text of a note. 4: a witness, which signs the moment too. */
  type: number;
  bytes: Uint8Array;
}

const utf8 = new TextEncoder();

function decoded(text: unknown): Uint8Array | undefined {
  if (typeof text !== "string" || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const equal = (a: Uint8Array, b: Uint8Array): boolean => hex(a) === hex(b);

async function sha256(...parts: Uint8Array[]): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}

/** Reads a C2SP signed-note verifier key: `name+hash+key`. */
async function readKey(text: string): Promise<Key> {
  const match = /^([^\s+]+)\+([0-9a-fA-F]{8})\+(\S+)$/.exec(text.trim());
  const bytes = decoded(match?.[3]);
  const [name, id] = [match?.[1] ?? "", (match?.[2] ?? "").toLowerCase()];
  if (!bytes || bytes.length !== 33 || (bytes[0] !== 1 && bytes[0] !== 4)) throw new Refusal("not-a-key");
  const hash = await sha256(utf8.encode(`${name}\n`), bytes);
  if (hex(hash.slice(0, 4)) !== id) throw new Refusal("not-a-key");
  return { name, id, type: bytes[0], bytes: bytes.slice(1) };
}

/** One key a line; empty lines and lines that begin with # say nothing. */
async function readKeys(text: string): Promise<Key[]> {
  const lines = text.split("\n").map((line) => line.trim());
  return Promise.all(lines.filter((line) => line && !line.startsWith("#")).map(readKey));
}

interface Checkpoint {
  origin: string;
  size: number;
  root: Uint8Array;
  text: string;
  signatures: { name: string; id: string; bytes: Uint8Array }[];
}

/** Reads a C2SP tlog-checkpoint in a signed note. */
function readCheckpoint(note: string): Checkpoint {
  const end = note.lastIndexOf("\n\n");
  const text = note.slice(0, end + 1);
  const [origin = "", size = "", root] = text.split("\n");
  const hash = decoded(root);
  if (end < 0 || !origin || !/^(0|[1-9][0-9]*)$/.test(size) || !Number.isSafeInteger(Number(size)) || hash?.length !== 32)
    throw new Refusal("not-a-checkpoint");
  const signatures = note
    .slice(end + 2)
    .split("\n")
    .filter((line) => line)
    .map((line) => {
      const match = /^— (\S+) (\S+)$/.exec(line);
      const bytes = decoded(match?.[2]);
      if (!match || !bytes || bytes.length < 5) throw new Refusal("not-a-checkpoint");
      return { name: match[1] ?? "", id: hex(bytes.slice(0, 4)), bytes: bytes.slice(4) };
    });
  return { origin, size: Number(size), root: hash, text, signatures };
}

/** Whether `key` signed; a signature of it that is wrong is a refusal. */
async function signedBy(checkpoint: Checkpoint, key: Key): Promise<boolean> {
  const signature = checkpoint.signatures.find((one) => one.name === key.name && one.id === key.id);
  if (!signature) return false;
  let [message, bytes] = [checkpoint.text, signature.bytes];
  if (key.type === 4) {
    if (bytes.length !== 72) throw new Refusal("bad-signature");
    const time = new DataView(bytes.slice(0, 8).buffer).getBigUint64(0);
    message = `cosignature/v1\ntime ${time}\n${message}`;
    bytes = bytes.slice(8);
  }
  if (!(await verify(key.bytes, utf8.encode(message), bytes))) throw new Refusal("bad-signature");
  return true;
}

const leafHash = (leaf: Uint8Array): Promise<Uint8Array> => sha256(Uint8Array.of(0), leaf);
const nodeHash = (left: Uint8Array, right: Uint8Array): Promise<Uint8Array> => sha256(Uint8Array.of(1), left, right);

/** RFC 9162, 2.1.3.2: the root that an audit path leads to, or nothing if it has not the length it should have. */
export async function rootOf(leaf: Uint8Array, index: number, size: number, proof: Uint8Array[]): Promise<Uint8Array | undefined> {
  if (index >= size) return undefined;
  let [fn, sn, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (sn === 0) return undefined;
    if (fn % 2 === 1 || fn === sn) {
      hash = await nodeHash(sibling, hash);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = Math.floor(sn / 2);
      }
    } else {
      hash = await nodeHash(hash, sibling);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 ? hash : undefined;
}

const DOMAIN = utf8.encode("choque event commitment v1\n");

/** The 16 bytes of a UUID; of none, zeros. */
function uuid(text: unknown): Uint8Array | undefined {
  if (text === null) return new Uint8Array(16);
  if (typeof text !== "string" || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return undefined;
  return Uint8Array.from(text.replace(/-/g, "").match(/../g) ?? [], (two) => parseInt(two, 16));
}

function moment(text: unknown): Uint8Array | undefined {
  const milliseconds = typeof text === "string" ? Date.parse(text) : NaN;
  if (Number.isNaN(milliseconds)) return undefined;
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(milliseconds));
  return bytes;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The document of a leaf that is what it was and where it should be; nothing if it was erased. */
async function checkLeaf(leaf: Record<string, unknown>, checkpoint: Checkpoint): Promise<string | undefined> {
  const at = { index: Number(leaf["index"]), event: String(leaf["event"]).slice(0, 64) };
  const refuse = (reason: Reason): never => {
    throw new Refusal(reason, at);
  };
  const commitment = decoded(leaf["commitment"]);
  const proof = Array.isArray(leaf["proof"]) ? leaf["proof"].map(decoded) : [undefined];
  if (!Number.isSafeInteger(leaf["index"]) || at.index < 0 || commitment?.length !== 32) return refuse("malformed-leaf");
  const hashes = proof.filter((hash): hash is Uint8Array => hash?.length === 32);
  if (hashes.length !== proof.length || hashes.length > 64) return refuse("malformed-leaf");
  const { document, salt, context } = leaf;
  if (context !== null && typeof context !== "string") return refuse("malformed-leaf");
  let told: string | undefined;
  if (typeof document === "string" && typeof salt === "string") {
    const [salted, event, seller, recorded] = [decoded(salt), uuid(leaf["event"]), uuid(leaf["seller"]), moment(leaf["recorded_at"])];
    if (salted?.length !== 32 || !event || leaf["event"] === null || !seller || !recorded) return refuse("malformed-leaf");
    const expected = await sha256(DOMAIN, salted, event, recorded, seller, await sha256(utf8.encode(document)), await sha256(utf8.encode(context ?? "")));
    if (!equal(expected, commitment)) return refuse("changed");
    told = document;
  } else if (document !== null || salt !== null) {
    return refuse("malformed-leaf");
  }
  const root = await rootOf(await leafHash(joined(Uint8Array.of(1), commitment)), at.index, checkpoint.size, hashes);
  if (!root || !equal(root, checkpoint.root)) return refuse("not-in-log");
  return told;
}

/** Whether a document names the batch `uri`, at this resolver or at GS1's: as a whole text, not as a part of one. */
function names(value: unknown, uri: string, path: string): boolean {
  if (typeof value === "string") return value === uri || value === `https://id.gs1.org${path}`;
  if (Array.isArray(value)) return value.some((one) => names(one, uri, path));
  return isObject(value) && Object.values(value).some((one) => names(one, uri, path));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Checks `text` with the keys in `keyText`; with none of a log among them, with the key that came in the bundle. */
export async function checkBundle(text: string, keyText: string): Promise<Proven> {
  const bundle = parsed(text);
  if (!isObject(bundle) || bundle["format"] !== "choque.proof.v1") throw new Refusal("not-a-bundle");
  const { batch, leaves, checkpoint: note, key: own, waiting } = bundle;
  const uri = isObject(batch) ? batch["uri"] : undefined;
  const lot = isObject(batch) ? batch["lot"] : undefined;
  if (typeof note !== "string" || typeof own !== "string" || !Array.isArray(leaves) || !leaves.every(isObject))
    throw new Refusal("not-a-bundle");
  if (typeof uri !== "string" || typeof lot !== "string" || !Number.isSafeInteger(waiting)) throw new Refusal("not-a-bundle");

  const keys = await readKeys(keyText);
  const [logs, known] = [keys.filter((key) => key.type === 1), keys.filter((key) => key.type === 4)];
  const ownKey = logs.length === 0;
  const bundled = await readKey(own);
  const checkpoint = readCheckpoint(note);
  const key = ownKey ? bundled : logs.find((one) => one.name === checkpoint.origin);
  if (!key || key.name !== checkpoint.origin) throw new Refusal("no-key");
  if (!(await signedBy(checkpoint, key))) throw new Refusal("unsigned");
  const witnesses: string[] = [];
  for (const witness of known) if (await signedBy(checkpoint, witness)) witnesses.push(witness.name);
  if (known.length > 0 && witnesses.length === 0) throw new Refusal("no-witness");

  const path = uri.includes("/01/") ? uri.slice(uri.indexOf("/01/")) : uri;
  let [events, erased, named] = [0, 0, false];
  for (const leaf of leaves) {
    const document = await checkLeaf(leaf, checkpoint);
    if (document === undefined) {
      erased++;
    } else {
      events++;
      named ||= names(parsed(document), uri, path);
    }
  }
  if (events > 0 && !named) throw new Refusal("other-batch");
  const { origin, size } = checkpoint;
  return { origin, size, lot, events, erased, waiting: Number(waiting), witnesses, ownKey };
}
