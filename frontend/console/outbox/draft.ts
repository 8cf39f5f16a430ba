// What was written on the phone and is to be recorded by the server.

/** `waiting` → `sending` → `sent`, `refused` or `needs_sign_in`; see `lifecycle.ts`, which alone decides. */
export type State = "waiting" | "sending" | "sent" | "refused" | "needs_sign_in";

export type Kind = "diary" | "sale" | "batch" | "roll";

/** The server's words for why it did not record a draft. */
export interface Refusal {
  detail: string;
  /** What is wrong with each field, by JSON Pointer into the body. */
  errors: { pointer: string; detail: string }[];
}

/** A person on whose behalf a helper acts. */
export interface Principal {
  id: string;
  name: string;
}

export interface Draft {
  /** A UUIDv7. It is also the `Idempotency-Key` and the body's `id`: however often it is sent, it is recorded once. */
  id: string;
  /** The account that wrote it; nobody else's session sends it. */
  owner: string;
  /** The person for whom a helper wrote it: it is sent in their name and no other. Absent: the owner's own. */
  onBehalf?: Principal;
  kind: Kind;
  /** Where it is posted, such as `/api/v1/diary`. */
  path: string;
  body: Record<string, unknown> & { id: string };
  /** RFC 3339. */
  made_at: string;
  state: State;
  /** How often it has been put on the way. */
  attempts: number;
  /** Milliseconds since 1970 before which a timer leaves it alone. */
  next_try_at: number;
  refusal?: Refusal;
  /** What the server answered when it recorded it. */
  answer?: unknown;
}

/** A draft that waits to be sent; `body` gets its `id`. */
export function newDraft(input: Pick<Draft, "owner" | "onBehalf" | "kind" | "path"> & { body: Record<string, unknown> }, id = uuid(), now = Date.now()): Draft {
  return {
    id,
    owner: input.owner,
    ...(input.onBehalf && { onBehalf: { id: input.onBehalf.id, name: input.onBehalf.name } }),
    kind: input.kind,
    path: input.path,
    body: { ...input.body, id },
    made_at: new Date(now).toISOString(),
    state: "waiting",
    attempts: 0,
    next_try_at: 0,
  };
}

let last = 0;

/**
 * A UUIDv7 (RFC 9562, section 5.7). Ids made by one page rise even within a millisecond, so drafts in the order of their
 * ids are in the order in which they were written.
 */
export function uuid(now = Date.now()): string {
  last = Math.max(now, last + 1);
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let place = 0, rest = last; place < 6; place += 1) {
    bytes[5 - place] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
