/**
 * `<cq-checker word-…><form hidden>…</form><div role="status"></div></cq-checker>`: checks a proof bundle that somebody
 * chooses from their disk and says in plain words whether to believe it. Its words are attributes, one for each verdict.
 */
import { checkBundle, Refusal, type Proven } from "./proof";

export class Checker extends HTMLElement {
  connectedCallback(): void {
    const form = this.querySelector("form");
    if (!form) return;
    if (!globalThis.crypto?.subtle) {
      this.tell(false, [this.word("no-crypto")]);
      return;
    }
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.check(new FormData(form));
    });
  }

  private async check(given: FormData): Promise<void> {
    const read = async (name: string): Promise<string> => {
      const value = given.get(name);
      return value instanceof File ? value.text() : (value ?? "");
    };
    this.replace([this.line(this.word("busy"))]);
    try {
      const keys = `${await read("keys")}\n${await read("keys-file")}`;
      this.tell(true, this.proven(await checkBundle(await read("bundle"), keys)));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { reason, leaf } = error;
      this.tell(false, [this.word(reason), ...(leaf ? [`${this.word("leaf")}: ${leaf.index} · ${leaf.event}`] : [])]);
    }
  }

  private proven(proven: Proven): string[] {
    const lines = [`${this.word("lot")}: ${proven.lot}`, `${this.word("events")}: ${proven.events}`];
    if (proven.erased > 0) lines.push(`${this.word("erased")}: ${proven.erased}`);
    if (proven.waiting > 0) lines.push(`${this.word("waiting")}: ${proven.waiting}`);
    if (proven.witnesses.length > 0) lines.push(`${this.word("witnesses")}: ${proven.witnesses.join(", ")}`);
    else lines.push(this.word("no-witnesses"));
    if (proven.ownKey) lines.push(this.word("own-key"));
    return lines;
  }

  private word(name: string): string {
    return this.getAttribute(`word-${name}`) ?? name;
  }

  private line(text: string, tag = "p"): HTMLElement {
    const line = document.createElement(tag);
    line.textContent = text;
    return line;
  }

  private tell(good: boolean, lines: string[]): void {
    const verdict = document.createElement("div");
    verdict.className = good ? "notice notice--good" : "notice notice--bad";
    verdict.append(this.line(this.word(good ? "good" : "bad"), "h2"), ...lines.map((text) => this.line(text)));
    this.replace([verdict]);
  }

  private replace(children: HTMLElement[]): void {
    this.querySelector('[role="status"]')?.replaceChildren(...children);
  }
}
