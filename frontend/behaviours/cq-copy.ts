/**
 * `<cq-copy label="Chép" done="Đã chép"><code>…</code></cq-copy>`: adds a button that copies the text of the code.
 * Without a clipboard (an insecure origin, an old browser) it adds nothing: a button that cannot work is worse than none.
 */
export class CopyCode extends HTMLElement {
  connectedCallback(): void {
    const code = this.querySelector("code");
    if (!code || !navigator.clipboard || this.querySelector("button")) return;

    const label = this.getAttribute("label") ?? "";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet button--small";
    button.textContent = label;

    const told = document.createElement("span");
    told.className = "visually-hidden";
    told.setAttribute("role", "status");

    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent?.trim() ?? "");
      const done = this.getAttribute("done") ?? label;
      button.textContent = done;
      told.textContent = done;
      setTimeout(() => {
        button.textContent = label;
        told.textContent = "";
      }, 2000);
    });
    this.append(button, told);
  }
}
