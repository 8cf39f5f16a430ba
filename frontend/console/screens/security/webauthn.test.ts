import { expect, test } from "vitest";
import { attestation, creation, decode, encode } from "./webauthn";

test("bytes go to base64url and back, without padding and without signs that an address would change", () => {
  for (let length = 0; length < 5; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, place) => 251 + place);
    expect(encode(bytes.buffer)).toMatch(/^[\w-]*$/);
    expect([...new Uint8Array(decode(encode(bytes.buffer)))]).toEqual([...bytes]);
  }
  expect(encode(Uint8Array.of(251, 255, 254).buffer)).toBe("-__-");
});

test("the server's options reach the browser with their bytes, the rest as it was", () => {
  const options = creation({ challenge: "-__-", user: { id: "AQ", name: "0900000004", displayName: "Cán bộ" }, excludeCredentials: [{ id: "Ag", type: "public-key" }], timeout: 60_000 });
  expect([...new Uint8Array(options.challenge as ArrayBuffer)]).toEqual([251, 255, 254]);
  expect([...new Uint8Array(options.user.id as ArrayBuffer)]).toEqual([1]);
  expect(options.user.displayName).toBe("Cán bộ");
  expect([...new Uint8Array(options.excludeCredentials?.[0]?.id as ArrayBuffer)]).toEqual([2]);
  expect(options.timeout).toBe(60_000);
});

test("the browser's answer goes back as JSON", () => {
  const bytes = (...values: number[]): ArrayBuffer => Uint8Array.from(values).buffer;
  const credential = {
    id: "AQ", rawId: bytes(1), type: "public-key", getClientExtensionResults: () => ({}),
    response: { attestationObject: bytes(2), clientDataJSON: bytes(3), getTransports: () => ["internal"] },
  } as unknown as PublicKeyCredential;
  expect(JSON.parse(JSON.stringify(attestation(credential)))).toEqual({
    id: "AQ", rawId: "AQ", type: "public-key", response: { attestationObject: "Ag", clientDataJSON: "Aw", transports: ["internal"] }, extensions: {},
  });
});
