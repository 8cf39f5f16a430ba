type Suggestion = { kind: string; text: string; href: string };

/** Waits this long after a key before it asks. */
const REST_MS = 120;

/**
 * `<cq-suggest><input name="q">…</cq-suggest>`: shows under a search box what somebody may mean who is still typing, as a
 * combobox (WAI-ARIA 1.2): arrows choose, Enter goes there, Escape closes. Without script the box searches as it always
 * does, and so it does here when nothing is chosen: while there is nothing to choose from it stays a plain search box.
 */
export class SuggestBox extends HTMLElement {
  private input: HTMLInputElement | null = null;
  private list: HTMLUListElement | undefined;
  private status: HTMLElement | undefined;
  private chosen = -1;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asking: AbortController | undefined;

  connectedCallback(): void {
    this.input = this.querySelector<HTMLInputElement>("input[name=q]");
    if (!this.input || this.list) return;
    const id = `${this.input.id}-goi-y`;
    this.list = document.createElement("ul");
    this.list.id = id;
    this.list.className = "suggest";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.getAttribute("count-label") ?? "");
    this.status = document.createElement("span");
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    this.append(this.list, this.status);

    this.input.addEventListener("input", this);
    this.input.addEventListener("keydown", this);
    this.addEventListener("focusout", this);
  }

  disconnectedCallback(): void {
    clearTimeout(this.timer);
    this.asking?.abort();
  }

  handleEvent(event: Event): void {
    if (event.type === "input") {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.ask(), REST_MS);
    } else if (event.type === "keydown") {
      this.key(event as KeyboardEvent);
    } else if (!this.contains((event as FocusEvent).relatedTarget as Node | null)) {
      this.close();
    }
  }

  private key(event: KeyboardEvent): void {
    const options = this.options();
    if (event.isComposing) return;
    if (event.key === "Escape" && options.length > 0) {
      event.preventDefault();
      this.close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && options.length > 0) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      // One place more than there are options: that of the box itself.
      this.choose(((this.chosen + 1 + step + options.length + 1) % (options.length + 1)) - 1);
    } else if (event.key === "Enter" && this.chosen >= 0) {
      event.preventDefault();
      options[this.chosen]?.querySelector("a")?.click();
    }
  }

  private async ask(): Promise<void> {
    const typed = this.input?.value.trim() ?? "";
    this.asking?.abort();
    if (typed.length < 2) return this.close();
    const asking = new AbortController();
    this.asking = asking;
    try {
      const answer = await fetch(`/api/v1/listings/suggest?q=${encodeURIComponent(typed)}`, { signal: asking.signal });
      if (!answer.ok) return;
      const { items } = (await answer.json()) as { items: Suggestion[] };
      if (!asking.signal.aborted && document.activeElement === this.input) this.show(items);
    } catch {
      // Typed on, or out of reach: the box works without.
    }
  }

  private show(items: Suggestion[]): void {
    if (!this.list || !this.input || !this.status) return;
    if (items.length === 0) return this.close();
    this.list.replaceChildren(
      ...items.map((item, at) => {
        const option = document.createElement("li");
        option.id = `${this.list?.id}-${at}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        const link = document.createElement("a");
        link.href = item.href;
        link.tabIndex = -1;
        link.className = "suggest__link";
        link.textContent = item.text;
        const kind = document.createElement("span");
        kind.className = "suggest__kind";
        kind.textContent = this.getAttribute(`label-${item.kind}`) ?? "";
        link.append(kind);
        option.append(link);
        return option;
      }),
    );
    this.list.hidden = false;
    this.chosen = -1;
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-controls", this.list.id);
    this.input.setAttribute("aria-expanded", "true");
    this.input.removeAttribute("aria-activedescendant");
    this.status.textContent = `${items.length} ${this.getAttribute("count-label") ?? ""}`;
  }

  private choose(at: number): void {
    this.chosen = at;
    this.options().forEach((option, place) => {
      option.setAttribute("aria-selected", String(place === at));
      if (place === at) {
        this.input?.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      }
    });
    if (at < 0) this.input?.removeAttribute("aria-activedescendant");
  }

  private close(): void {
    if (!this.list || !this.input || !this.status) return;
    this.asking?.abort();
    this.list.hidden = true;
    this.list.replaceChildren();
    this.chosen = -1;
    this.status.textContent = "";
    for (const name of ["role", "aria-autocomplete", "aria-controls", "aria-expanded", "aria-activedescendant"]) {
      this.input.removeAttribute(name);
    }
  }

  private options(): HTMLElement[] {
    return this.list ? [...this.list.querySelectorAll<HTMLElement>("[role=option]")] : [];
  }
}
