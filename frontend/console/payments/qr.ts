// A QR as one SVG path: a run of dark modules is one stroke of it.
import { encode } from "uqr";

export interface Drawing {
  /** Modules on a side, the quiet zone included. */
  side: number;
  path: string;
}

/** What scanners need around a QR, in modules (ISO/IEC 18004). */
const QUIET = 4;

export function draw(text: string): Drawing {
  const { data, size } = encode(text, { ecc: "M", border: QUIET });
  let path = "";
  data.forEach((row, y) => {
    for (let x = 0; x < size; x += 1) {
      if (!row[x]) continue;
      const begin = x;
      while (x < size && row[x]) x += 1;
      path += `M${begin} ${y}h${x - begin}v1h${begin - x}z`;
    }
  });
  return { side: size, path };
}
