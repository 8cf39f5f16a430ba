// The stocks of stickers that the exchange prints on, and the address of a batch's sheet.

export const TEMPLATES = { "a4-24": 24, "a4-65": 65, "roll-50x30": 1 } as const;

export type Template = keyof typeof TEMPLATES;

/** Stickers one file may hold. */
export const MOST_LABELS = 1000;

/** `undefined`: no number of stickers that can be printed. */
export function labelsAddress(batch: string, template: Template, count: number | null): string | undefined {
  if (count === null || !Number.isInteger(count) || count < 1 || count > MOST_LABELS) return undefined;
  return `/api/v1/batches/${batch}/labels.pdf?template=${template}&count=${count}`;
}
