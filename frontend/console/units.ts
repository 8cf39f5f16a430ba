// Units of measure: the API's codes with the words people use, the same in both languages.

export const UNITS = {
  kg: "kg", g: "g", lang: "lạng", yen: "yến", ta: "tạ", tan: "tấn", lit: "lít", ml: "ml", hop: "hộp", goi: "gói", tui: "túi",
  bao: "bao", chai: "chai", lo: "lọ", qua: "quả", con: "con", bo: "bó", mo: "mớ", vi: "vỉ", chuc: "chục", cai: "cái", cay: "cây",
  set: "bộ", bia: "bìa", cap: "cặp", chau: "chậu", canh: "cành", khach: "khách", dem: "đêm",
} as const;

export type UnitCode = keyof typeof UNITS;

/** Units that convert into one another. */
const SCALES: readonly (readonly string[])[] = [["kg", "g", "lang", "yen", "ta", "tan"], ["lit", "ml"]];

/** A code without a word shows itself. */
export function unitText(code: string): string {
  return code in UNITS ? UNITS[code as UnitCode] : code;
}

/** What something kept in `code` can be sold by, itself first. */
export function alike(code: string): string[] {
  const scale = SCALES.find((units) => units.includes(code)) ?? [];
  return [code, ...scale.filter((unit) => unit !== code)];
}

export interface Quantity {
  /** A decimal number, `1.5`. */
  value: string;
  unit: string;
}

/** `1.500,5 kg` */
export function quantityText({ value, unit }: Quantity): string {
  const [whole = "", part] = value.split(".");
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ".")}${part === undefined ? "" : `,${part}`}\u{a0}${unitText(unit)}`;
}

/** Thousandths of a decimal number as the API writes it; quantities are added and compared as these. */
export function thousandths(value: string): number {
  const [whole = "0", part = ""] = value.split(".");
  return Number(whole) * 1000 + Number(part.padEnd(3, "0").slice(0, 3));
}

/** `1500` as the API writes it: `1.5`. */
export function ofThousandths(count: number): string {
  const part = String(count % 1000).padStart(3, "0").replace(/0+$/, "");
  return `${Math.floor(count / 1000)}${part && `.${part}`}`;
}
