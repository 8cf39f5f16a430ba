// What helps when script runs; every page works without it. One custom element per file.
import { CopyCode } from "./cq-copy";
import { FilterForm } from "./cq-filter";

customElements.define("cq-copy", CopyCode);
customElements.define("cq-filter", FilterForm);
