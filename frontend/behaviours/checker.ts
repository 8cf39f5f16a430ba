// Of the page /kiem-chung alone, and apart from the rest: it is loaded as a classic script, so that a copy of the page
// saved to a disk still works. Nothing here may be shared with another entry, or it would have to be imported.
import { Checker } from "./cq-checker";

customElements.define("cq-checker", Checker);
