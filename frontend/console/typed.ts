// What people type for money and for how much: digits as they are written here, 1.250.000 and 1,5.

/** Đồng: groups of three and a trailing đ or ₫ are understood. `undefined`: no whole number above zero. */
export function readDong(text: string): number | undefined {
  const plain = text.trim().replace(/\s*(₫|đ|đồng|vnd)$/i, "");
  if (!/^\d+$|^\d{1,3}([. \u{a0}]\d{3})+$|^\d{1,3}(,\d{3})+$/u.test(plain)) return undefined;
  const amount = Number(plain.replace(/\D/g, ""));
  return Number.isSafeInteger(amount) && amount > 0 ? amount : undefined;
}

/**
 * A quantity as the API writes it, `1.5`. The comma begins the decimals; so does a point, because many keyboards have no
 * comma, unless it parts thousands: `1.500` is a thousand and a half, `0.500` is a half. At most three decimals.
 */
export function readQuantity(text: string): string | undefined {
  const plain = text.trim();
  const grouped = /^([1-9]\d{0,2}(?:\.\d{3})+)(?:,(\d{1,3}))?$/.exec(plain);
  const [, whole, part = ""] = grouped ?? /^(\d+)(?:[.,](\d{1,3}))?$/.exec(plain) ?? [];
  if (whole === undefined) return undefined;
  const digits = whole.replace(/\D/g, "").replace(/^0+(?=\d)/, "");
  const decimals = part.replace(/0+$/, "");
  if (digits === "0" && decimals === "") return undefined;
  return decimals === "" ? digits : `${digits}.${decimals}`;
}

/** Letters without marks and in small: `Chè Đinh` is found by `che dinh`. */
export function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
}

/** Whether every word of `sought` begins a word of `text`, marks or none. */
export function matches(text: string, sought: string): boolean {
  const words = fold(text).split(/[^\p{L}\p{N}]+/u);
  return fold(sought).split(/[^\p{L}\p{N}]+/u).every((word) => words.some((known) => known.startsWith(word)));
}

/** A Vietnamese telephone number as it is typed, tidied; `undefined`: it is none. */
export function readPhone(text: string): string | undefined {
  const plain = text.replace(/[\s.\-()]/g, "").replace(/^\+?84(?=\d{9}$)/, "0");
  return /^0\d{9}$/.test(plain) ? plain : undefined;
}
