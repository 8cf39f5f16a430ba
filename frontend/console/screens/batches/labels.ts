// The stocks of stickers that the exchange prints on, and the address of a batch's stickers.

export const TEMPLATES = { "a4-24": 24, "a4-65": 65, "roll-50x30": 50, "roll-40x25": 50 } as const;
/** What a printer takes. */
export const FORMATS = ["pdf", "zpl", "escpos"] as const;

export type Template = keyof typeof TEMPLATES;
export type Format = (typeof FORMATS)[number];

/** Stickers one file may hold. */
export const MOST_LABELS = 1000;

export interface Wanted {
  template: Template;
  format: Format;
  count: number | null;
  /** Each sticker names one unit, beginning with this running number; absent: all are alike. */
  from?: number;
  /** Each has a hidden code for a scratch layer. */
  scratch?: boolean;
}

/** `undefined`: no number of stickers that can be printed. */
export function labelsAddress(batch: string, wanted: Wanted): string | undefined {
  const { template, format, count, from, scratch } = wanted;
  if (count === null || !Number.isInteger(count) || count < 1 || count > MOST_LABELS) return undefined;
  if (from !== undefined && (!Number.isInteger(from) || from < 1)) return undefined;
  const serials = from === undefined ? "" : `&serials=1&from=${from}${scratch ? "&scratch=1" : ""}`;
  return `/api/v1/batches/${batch}/labels.${format}?template=${template}&count=${count}${serials}`;
}
