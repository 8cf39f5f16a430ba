// Second factors as the API tells of them.
import type { CreationJson } from "./webauthn";

export interface Enrolment {
  /** Base32. */
  secret: string;
  /** `otpauth://…`, which the app on the phone scans. */
  uri: string;
}

export interface Codes {
  /** Empty where the person has some already. */
  recovery_codes: string[];
}

export interface Passkey {
  id: string;
  name: string;
  created_at: string;
  last_used_at: string | null;
}

export interface Ceremony {
  ceremony: string;
  publicKey: CreationJson;
}
