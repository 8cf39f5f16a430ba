/**
 * Verifies Ed25519 signatures (RFC 8032, 5.1.7): by WebCrypto where the browser knows the curve, otherwise here. Only
 * public values are handled, so nothing has to take the same time.
 */

const P = (1n << 255n) - 19n;
const L = (1n << 252n) + 27742317777372353535851937790883648493n;

const mod = (a: bigint): bigint => ((a % P) + P) % P;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = mod(base);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

const inverse = (a: bigint): bigint => power(a, P - 2n);
const D = mod(-121665n * inverse(121666n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

/** Extended coordinates: x = X/Z, y = Y/Z, xy = T/Z. */
type Point = [bigint, bigint, bigint, bigint];
const NEUTRAL: Point = [0n, 1n, 1n, 0n];

function add([x1, y1, z1, t1]: Point, [x2, y2, z2, t2]: Point): Point {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * t1 * t2 * D);
  const d = mod(2n * z1 * z2);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function times(point: Point, factor: bigint): Point {
  let result = NEUTRAL;
  let doubled = point;
  for (let rest = factor; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = add(result, doubled);
    doubled = add(doubled, doubled);
  }
  return result;
}

const same = (a: Point, b: Point): boolean =>
  mod(a[0] * b[2] - b[0] * a[2]) === 0n && mod(a[1] * b[2] - b[1] * a[2]) === 0n;

function number(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let at = bytes.length - 1; at >= 0; at--) value = (value << 8n) | BigInt(bytes[at] ?? 0);
  return value;
}

/** RFC 8032, 5.1.3. */
function point(bytes: Uint8Array): Point | undefined {
  const value = number(bytes);
  const y = value & ((1n << 255n) - 1n);
  if (y >= P) return undefined;
  const sign = value >> 255n;
  const u = mod(y * y - 1n);
  const v = mod(D * y * y + 1n);
  let x = mod(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n));
  if (mod(v * x * x) !== u) {
    x = mod(x * ROOT_OF_MINUS_ONE);
    if (mod(v * x * x) !== u) return undefined;
  }
  if (x === 0n && sign === 1n) return undefined;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

const BASE = point(Uint8Array.from([0x58, ...new Array<number>(31).fill(0x66)])) ?? NEUTRAL;

/** The pure way, for browsers whose WebCrypto does not know Ed25519. */
export async function verifyPurely(key: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  if (key.length !== 32 || signature.length !== 64) return false;
  const [r, s] = [signature.slice(0, 32), number(signature.slice(32))];
  const [a, commitment] = [point(key), point(r)];
  if (!a || !commitment || s >= L) return false;
  const hashed = new Uint8Array([...r, ...key, ...message]);
  const k = number(new Uint8Array(await crypto.subtle.digest("SHA-512", hashed))) % L;
  return same(times(BASE, s), add(commitment, times(a, k)));
}

export async function verify(key: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  let imported: CryptoKey;
  try {
    imported = await crypto.subtle.importKey("raw", new Uint8Array(key), "Ed25519", false, ["verify"]);
  } catch {
    return verifyPurely(key, message, signature);
  }
  return crypto.subtle.verify("Ed25519", imported, new Uint8Array(signature), new Uint8Array(message));
}
