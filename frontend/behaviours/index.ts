// What helps when script runs; every page works without it. One custom element per file.
import { CopyCode } from "./cq-copy";
import { FilterForm } from "./cq-filter";
import { PasskeyButton } from "./cq-passkey";
import { PaymentWatch } from "./cq-payment";
import { SuggestBox } from "./cq-suggest";

customElements.define("cq-copy", CopyCode);
customElements.define("cq-filter", FilterForm);
customElements.define("cq-passkey", PasskeyButton);
customElements.define("cq-payment", PaymentWatch);
customElements.define("cq-suggest", SuggestBox);
