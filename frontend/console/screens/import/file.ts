/** What the server takes, in bytes. */
export const MOST_BYTES = 20 * 1024 * 1024;

/** The share that is written, 0 to 1; nothing to write is written. */
export function share({ done, total }: { done: number; total: number }): number {
  return total === 0 ? 1 : Math.min(done / total, 1);
}
