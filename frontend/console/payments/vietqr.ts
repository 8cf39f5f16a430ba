// VietQR: the EMVCo merchant-presented QR with the template of NAPAS, written on the phone without asking anybody.

export interface Transfer {
  /** The bank's six digits. */
  bin: string;
  /** 1 to 19 letters and digits. */
  account: string;
  /** Whole đồng, at least 1 and at most 13 digits; absent, the payer chooses. */
  amount?: number;
  /** At most 25 ASCII letters, digits and spaces: what every bank passes on. */
  memo?: string;
}

const NAPAS = "A000000727";
/** To an account; `QRIBFTTC` would be to a card. */
const TO_ACCOUNT = "QRIBFTTA";

/** The payload of the QR. Throws a `RangeError` for what no bank would read. */
export function vietQr({ bin, account, amount, memo }: Transfer): string {
  demand(/^\d{6}$/.test(bin), "bin");
  demand(/^[A-Za-z0-9]{1,19}$/.test(account), "account");
  demand(amount === undefined || (Number.isInteger(amount) && amount >= 1 && amount <= 9_999_999_999_999), "amount");
  demand(memo === undefined || /^[A-Za-z0-9 ]{1,25}$/.test(memo), "memo");
  const said = [
    field("00", "01"),
    // 11 is for a sticker, 12 for one payment.
    field("01", amount === undefined ? "11" : "12"),
    field("38", field("00", NAPAS) + field("01", field("00", bin) + field("01", account)) + field("02", TO_ACCOUNT)),
    field("53", "704"),
    amount === undefined ? "" : field("54", String(amount)),
    field("58", "VN"),
    memo === undefined ? "" : field("62", field("08", memo)),
    "6304",
  ].join("");
  return said + crc(said).toString(16).toUpperCase().padStart(4, "0");
}

function field(tag: string, value: string): string {
  return tag + String(value.length).padStart(2, "0") + value;
}

function demand(good: boolean, what: string): void {
  if (!good) throw new RangeError(`VietQR: ${what}`);
}

/** CRC-16/CCITT-FALSE over ASCII: polynomial 0x1021, initially 0xFFFF (EMVCo MPM, section 4.7.3). */
export function crc(text: string): number {
  let sum = 0xffff;
  for (let place = 0; place < text.length; place += 1) {
    sum ^= text.charCodeAt(place) << 8;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 0x8000 ? ((sum << 1) ^ 0x1021) & 0xffff : (sum << 1) & 0xffff;
  }
  return sum;
}
