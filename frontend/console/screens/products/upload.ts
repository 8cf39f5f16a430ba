// A photograph on its way, in pieces: what has arrived stays arrived, so a signal that comes and goes still brings it over.
import { readProblem } from "../../problem";
import { type Hand, Refused, Unreachable, named, tell } from "../../reach";
import { language } from "../../words";

/** Small enough for a thin signal to carry one in the time that is waited for it. */
const PIECE_BYTES = 256 * 1024;
const PATIENCE_MS = 60_000;

/** One file's way to the server; kept, so that a second try goes on where the first one stopped. */
export interface Upload {
  /** Once the server has begun to take it. */
  id?: string;
  /** Bytes the server has. */
  offset: number;
}

interface Begun {
  id: string;
  offset: number;
}

/** Brings `blob` over. `progress` hears the share that has arrived, 0 to 1. Throws `Unreachable` or `Refused`. */
export async function bring(blob: Blob, upload: Upload, key: string, hand: Hand, progress: (share: number) => void, send = fetch): Promise<string> {
  if (upload.id === undefined) {
    const begun = await tell<Begun>("/api/v1/uploads", { size: blob.size }, key, hand);
    [upload.id, upload.offset] = [begun.id, begun.offset];
  } else {
    upload.offset = await arrived(await call(`/api/v1/uploads/${upload.id}`, "HEAD", hand, send));
  }
  const path = `/api/v1/uploads/${upload.id}`;
  while (upload.offset < blob.size) {
    progress(upload.offset / blob.size);
    const piece = blob.slice(upload.offset, upload.offset + PIECE_BYTES);
    const answer = await call(path, "PATCH", hand, send, { "content-type": "application/partial-upload", "upload-offset": String(upload.offset) }, piece);
    // Where the server says otherwise (another tab brought a piece), it is right: the next piece begins there.
    upload.offset = await arrived(answer);
  }
  progress(1);
  return upload.id;
}

/** How much the server has, which it tells with a refused piece too. */
async function arrived(answer: Response): Promise<number> {
  const offset = answer.headers.get("upload-offset");
  if ((answer.ok || answer.status === 409) && offset !== null) return Number(offset);
  const problem = readProblem(answer.headers, await answer.json().catch(() => undefined));
  throw problem && answer.status < 500 ? new Refused(answer.status, problem) : new Unreachable();
}

async function call(path: string, method: string, hand: Hand, send: typeof fetch, headers: Record<string, string> = {}, body?: Blob): Promise<Response> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), PATIENCE_MS);
  try {
    return await send(path, {
      method, credentials: "same-origin", redirect: "error", cache: "no-store", signal: giveUp.signal,
      headers: { accept: "application/json", "accept-language": language, ...named(hand), ...headers },
      ...(body && { body }),
    });
  } catch {
    throw new Unreachable();
  } finally {
    clearTimeout(timer);
  }
}
