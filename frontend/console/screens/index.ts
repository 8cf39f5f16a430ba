// The screens, in the order of the bottom bar. To add one: a folder beside these whose `index.ts` describes it, and its
// name here.
import { account } from "./account";
import { outbox } from "./outbox";
import type { Screen } from "./screen";

export const screens: Screen[] = [outbox, account];
