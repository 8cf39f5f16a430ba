// A photograph made small enough to be sent from a field: at most 2048 pixels on its longer side.

const MOST_PX = 2048;
const THUMBNAIL_PX = 192;
/** Of JPEG; the exchange makes its own sizes from it. */
const QUALITY = 0.85;

/** The size of a picture made to fit a square of `most` pixels. Never larger than it is, never nothing. */
export function fit(width: number, height: number, most = MOST_PX): { width: number; height: number } {
  const scale = Math.min(1, most / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

export interface Shrunk {
  /** JPEG, upright, without what the camera wrote into it (the place, the time, the phone). */
  blob: Blob;
  /** A `data:` address to show while it is sent. */
  thumbnail: string;
}

/** Throws when the browser cannot read the file as a picture. */
export async function shrink(file: Blob): Promise<Shrunk> {
  const picture = await open(file);
  const blob = await new Promise<Blob | null>((done) => draw(picture, MOST_PX).toBlob(done, "image/jpeg", QUALITY));
  if (!blob) throw new Error("the picture has no bytes");
  return { blob, thumbnail: draw(picture, THUMBNAIL_PX).toDataURL("image/jpeg", 0.7) };
}

/**
 * An `img`, because every browser turns it upright as the camera noted, which not every `createImageBitmap` does; by a
 * `data:` address, because the content security policy knows no `blob:`.
 */
async function open(file: Blob): Promise<HTMLImageElement> {
  const picture = new Image();
  picture.src = await new Promise<string>((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
  await picture.decode();
  return picture;
}

function draw(picture: HTMLImageElement, most: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, fit(picture.naturalWidth, picture.naturalHeight, most));
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("there is nothing to draw on");
  // JPEG knows no transparency; without a ground it would be black.
  pen.fillStyle = "#FFFFFF";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}
