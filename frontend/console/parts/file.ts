// A file handed to the phone.

/** Long enough for the browser to have taken it. */
const TAKEN_MS = 60_000;

/** Puts `blob` among the phone's downloads as `name`. */
export function keepFile(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), TAKEN_MS);
}
