// A passkey's ceremony (WebAuthn level 3, section 5.1): the server's JSON in, the browser's answer as JSON out.

/** Base64url without padding (RFC 4648, section 5), as WebAuthn's JSON writes bytes. */
export function encode(bytes: ArrayBuffer): string {
  const text = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export function decode(text: string): ArrayBuffer {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0)).buffer;
}

interface Described {
  id: string;
  type: PublicKeyCredentialType;
  transports?: AuthenticatorTransport[];
}

export interface CreationJson {
  challenge: string;
  user: { id: string; name: string; displayName: string };
  excludeCredentials?: Described[];
  [other: string]: unknown;
}

/** Browsers that can read the JSON themselves are rarer than phones that have a passkey. */
export function creation(json: CreationJson): PublicKeyCredentialCreationOptions {
  return {
    ...json,
    challenge: decode(json.challenge),
    user: { ...json.user, id: decode(json.user.id) },
    excludeCredentials: (json.excludeCredentials ?? []).map((credential) => ({ ...credential, id: decode(credential.id) })),
  } as unknown as PublicKeyCredentialCreationOptions;
}

export function attestation(credential: PublicKeyCredential): unknown {
  const response = credential.response as AuthenticatorAttestationResponse;
  return {
    id: credential.id,
    rawId: encode(credential.rawId),
    type: credential.type,
    response: {
      attestationObject: encode(response.attestationObject),
      clientDataJSON: encode(response.clientDataJSON),
      ...(response.getTransports && { transports: response.getTransports() }),
    },
    extensions: credential.getClientExtensionResults?.() ?? {},
  };
}

/** Whether this browser can keep a passkey at all. */
export function able(): boolean {
  return "PublicKeyCredential" in globalThis && "credentials" in navigator;
}
