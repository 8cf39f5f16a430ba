// A photograph on its way. `XMLHttpRequest`, because `fetch` does not tell how much has gone.
import { readProblem } from "../../problem";
import { type Hand, Refused, Unreachable, named } from "../../reach";
import { language } from "../../words";

/** A slow signal carries a photograph in minutes; one that stands still has lost it. */
const STILL_MS = 60_000;

/** Sends `photo` to a product. `progress` hears the share that has gone, 0 to 1. Throws `Unreachable` or `Refused`. */
export function sendPhoto(product: string, photo: Blob, hand: Hand, progress: (share: number) => void): Promise<{ id: string }> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    const lost = (): void => failed(new Unreachable());
    let still = setTimeout(() => request.abort(), STILL_MS);
    request.upload.onprogress = ({ loaded, total }) => {
      clearTimeout(still);
      still = setTimeout(() => request.abort(), STILL_MS);
      progress(total > 0 ? loaded / total : 0);
    };
    request.onloadend = () => clearTimeout(still);
    request.onerror = lost;
    request.onabort = lost;
    request.onload = () => {
      const answer = parse(request.responseText);
      if (request.status === 201 && answer) return done(answer as { id: string });
      const problem = readProblem(new Headers({ "content-type": request.getResponseHeader("content-type") ?? "" }), answer);
      if (problem && request.status < 500) failed(new Refused(request.status, problem));
      else lost();
    };
    request.open("POST", `/api/v1/products/${product}/photos`);
    request.setRequestHeader("accept", "application/json");
    request.setRequestHeader("accept-language", language);
    request.setRequestHeader("content-type", photo.type);
    for (const [name, value] of Object.entries(named(hand))) request.setRequestHeader(name, value);
    request.send(photo);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
