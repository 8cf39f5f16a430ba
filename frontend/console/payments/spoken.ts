// An amount in Vietnamese words, every digit of it: a voice that reads "45.000" is not to be trusted with the dot.

const DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];
const GROUPS = ["", "nghìn", "triệu", "tỷ", "nghìn tỷ"];

/** What is said when a payment has come: `Đã nhận bốn mươi lăm nghìn đồng`. */
export function spoken(amount: number): string {
  return `Đã nhận ${inWords(amount)} đồng`;
}

/** A whole number from 0 to 13 digits. */
export function inWords(amount: number): string {
  if (amount === 0) return "không";
  const words: string[] = [];
  for (let group = GROUPS.length - 1; group >= 0; group -= 1) {
    const three = Math.floor(amount / 1000 ** group) % 1000;
    if (three > 0) words.push(hundreds(three, words.length > 0), GROUPS[group] ?? "");
  }
  return words.filter(Boolean).join(" ");
}

/** Three digits; inside a longer number the empty hundreds and tens are said too. */
function hundreds(three: number, inside: boolean): string {
  const [hundred, ten, one] = [Math.floor(three / 100), Math.floor(three / 10) % 10, three % 10];
  const words: string[] = [];
  if (hundred > 0 || inside) words.push(DIGITS[hundred] ?? "", "trăm");
  if (ten === 1) words.push("mười");
  else if (ten > 1) words.push(DIGITS[ten] ?? "", "mươi");
  else if (one > 0 && words.length > 0) words.push("linh");
  if (one === 1 && ten > 1) words.push("mốt");
  else if (one === 5 && ten > 0) words.push("lăm");
  else if (one > 0) words.push(DIGITS[one] ?? "");
  return words.join(" ");
}
