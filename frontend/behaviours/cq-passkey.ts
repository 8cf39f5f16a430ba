/**
 * `<cq-passkey challenge="…" label="…" failed="…">` in the form of the second sign-in step: adds a button that lets a
 * passkey answer, puts the answer into the form's field `passkey` and sends the form.
 *
 * `<cq-passkey enrol label="…" failed="…" done="…"><div hidden>… <input></div></cq-passkey>` on the account page: adds a
 * button that makes a passkey under the name in the box, and shows the recovery codes that come with the first.
 *
 * Without WebAuthn (an insecure origin, an old browser) it adds nothing: an authenticator app or a recovery code does
 * without script.
 */
export class PasskeyButton extends HTMLElement {
  connectedCallback(): void {
    if (!("PublicKeyCredential" in window) || this.querySelector("button")) return;

    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet button--wide";
    button.textContent = this.getAttribute("label") ?? "";

    const told = document.createElement("p");
    told.setAttribute("role", "status");

    button.addEventListener("click", async () => {
      button.disabled = true;
      told.textContent = "";
      try {
        await (this.hasAttribute("enrol") ? this.enrol() : this.signIn());
      } catch {
        // Cancelled, timed out, or refused: the person may press again or take another way.
        told.textContent = this.getAttribute("failed") ?? "";
        button.disabled = false;
      }
    });
    this.querySelector("[hidden]")?.removeAttribute("hidden");
    this.append(button, told);
  }

  private async signIn(): Promise<void> {
    const form = this.closest("form");
    const field = form?.querySelector<HTMLInputElement>("input[name=passkey]");
    if (!form || !field) return;
    const challenge = this.getAttribute("challenge") ?? "";
    const { publicKey } = await post<{ publicKey: RequestJSON }>("/api/v1/sessions/second-factor/passkey/begin", { challenge });
    const credential = (await navigator.credentials.get({
      publicKey: {
        ...publicKey,
        challenge: toBytes(publicKey.challenge),
        allowCredentials: publicKey.allowCredentials?.map((known) => ({ ...known, id: toBytes(known.id) })),
      },
    })) as PublicKeyCredential | null;
    if (!credential) throw new Error("no passkey");
    const response = credential.response as AuthenticatorAssertionResponse;
    field.value = JSON.stringify({
      ...named(credential),
      response: {
        clientDataJSON: toText(response.clientDataJSON),
        authenticatorData: toText(response.authenticatorData),
        signature: toText(response.signature),
        userHandle: response.userHandle ? toText(response.userHandle) : null,
      },
    });
    form.submit();
  }

  private async enrol(): Promise<void> {
    const { ceremony, publicKey } = await post<{ ceremony: string; publicKey: CreationJSON }>(
      "/api/v1/accounts/me/passkeys/begin",
      {},
    );
    const credential = (await navigator.credentials.create({
      publicKey: {
        ...publicKey,
        challenge: toBytes(publicKey.challenge),
        user: { ...publicKey.user, id: toBytes(publicKey.user.id) },
        excludeCredentials: publicKey.excludeCredentials?.map((known) => ({ ...known, id: toBytes(known.id) })),
      },
    })) as PublicKeyCredential | null;
    if (!credential) throw new Error("no passkey");
    const response = credential.response as AuthenticatorAttestationResponse;
    const { recovery_codes: codes } = await post<{ recovery_codes: string[] }>("/api/v1/accounts/me/passkeys/finish", {
      ceremony,
      name: this.querySelector("input")?.value.trim() || "Passkey",
      credential: {
        ...named(credential),
        response: {
          clientDataJSON: toText(response.clientDataJSON),
          attestationObject: toText(response.attestationObject),
        },
      },
    });
    if (codes.length === 0) location.reload();
    else this.show(codes);
  }

  /** The recovery codes: this is the only moment at which they are known. */
  private show(codes: string[]): void {
    const lead = document.createElement("p");
    lead.textContent = this.getAttribute("done") ?? "";
    const list = document.createElement("ol");
    list.className = "recovery-codes";
    for (const code of codes) {
      const text = document.createElement("code");
      text.textContent = code;
      const item = document.createElement("li");
      item.append(text);
      list.append(item);
    }
    this.replaceChildren(lead, list);
    this.setAttribute("tabindex", "-1");
    this.focus();
  }
}

/** WebAuthn options as the server writes them: bytes as base64url text. */
interface Known extends Omit<PublicKeyCredentialDescriptor, "id"> {
  id: string;
}
interface RequestJSON extends Omit<PublicKeyCredentialRequestOptions, "challenge" | "allowCredentials"> {
  challenge: string;
  allowCredentials?: Known[];
}
interface CreationJSON extends Omit<PublicKeyCredentialCreationOptions, "challenge" | "user" | "excludeCredentials"> {
  challenge: string;
  user: Omit<PublicKeyCredentialUserEntity, "id"> & { id: string };
  excludeCredentials?: Known[];
}

async function post<T>(path: string, body: object): Promise<T> {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as T;
}

function named(credential: PublicKeyCredential): object {
  return { id: credential.id, rawId: toText(credential.rawId), type: credential.type, extensions: {} };
}

function toBytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function toText(bytes: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
