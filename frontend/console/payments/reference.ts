// The memo by which a bank's notice finds its payment, made from a draft's id: the server makes the same one from the
// same id, so a phone without signal shows a QR that is valid.

/** No vowels, and nothing that looks like something else in print. */
const ALPHABET = "23456789BCDFGHJKLMNPQRSTVWX";
const PREFIX = "CQ";
const SIGNS = 8;

/**
 * `CQ`, eight characters, and a check character. The eight are the base-27 digits, lowest first, of the first eight bytes
 * of SHA-256 over `choque-payment:{id}`; the check is their sum weighted by powers of 5, modulo 27.
 */
export async function paymentReference(id: string): Promise<string> {
  const text = new TextEncoder().encode(`choque-payment:${id.toLowerCase()}`);
  const digest = await crypto.subtle.digest("SHA-256", text);
  let rest = new DataView(digest).getBigUint64(0);
  let code = "";
  let sum = 0;
  for (let place = 0, weight = 5; place < SIGNS; place += 1, weight = (weight * 5) % ALPHABET.length) {
    const value = Number(rest % BigInt(ALPHABET.length));
    rest /= BigInt(ALPHABET.length);
    code += ALPHABET[value];
    sum = (sum + weight * value) % ALPHABET.length;
  }
  return `${PREFIX}${code}${ALPHABET[sum]}`;
}
