/**
 * `<cq-filter><form>…</form></cq-filter>`: sends the form when a list or a tick box inside it changes. Text boxes wait
 * for Enter or the button, which stays: it is the only way where script does not run.
 */
export class FilterForm extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("change", this);
    this.addEventListener("submit", this);
  }

  disconnectedCallback(): void {
    this.removeEventListener("change", this);
    this.removeEventListener("submit", this);
  }

  handleEvent(event: Event): void {
    if (event.type === "submit") {
      dropEmptyFields(event.target as HTMLFormElement);
    } else if (event.target instanceof HTMLSelectElement || isTickBox(event.target)) {
      event.target.form?.requestSubmit();
    }
  }
}

function isTickBox(target: EventTarget | null): target is HTMLInputElement {
  return target instanceof HTMLInputElement && target.type === "checkbox";
}

/** Keeps addresses short enough to read aloud: `/tim?q=che`, not `/tim?q=che&category=&commune=&…`. */
function dropEmptyFields(form: HTMLFormElement): void {
  const empty = [...form.elements].filter(
    (field): field is HTMLInputElement | HTMLSelectElement =>
      (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) && field.name !== "" && field.value === "",
  );
  for (const field of empty) field.disabled = true;
  // Back again, for the page that the browser may keep and return to.
  setTimeout(() => {
    for (const field of empty) field.disabled = false;
  });
}
