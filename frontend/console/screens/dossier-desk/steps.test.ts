import { expect, test } from "vitest";
import type { DossierAct } from "../dossiers/wire";
import { steps } from "./steps";

const ballot = { member: { id: "me", name: "Tôi" }, a: "1", b: "1", c: "1", total: "3", note: null, cast_at: "", corrected: false };
const dossier = (received: number, cast: boolean, ...can: DossierAct[]) => ({ can, samples: { required: 5, received, items: [] }, ballots: cast ? [ballot] : [] });

test.each([
  ["new at the commune", dossier(0, false, "accept", "supplement_ask", "refuse"), ["accept", "supplement_ask", "decide"]],
  ["the clock stands", dossier(0, false, "supplement_answer"), ["supplement_answer"]],
  ["samples are missing", dossier(2, false, "samples", "score", "supplement_ask", "refuse"), ["samples", "score", "supplement_ask", "decide"]],
  ["nobody here has scored", dossier(5, false, "samples", "score", "supplement_ask", "refuse"), ["score", "samples", "supplement_ask", "decide"]],
  ["all is there", dossier(5, true, "samples", "score", "supplement_ask", "grant", "refuse"), ["decide", "samples", "score", "supplement_ask"]],
  ["somebody else's to do", dossier(5, true, "withdraw"), []],
])("%s: the next thing stands first", (_, shown, works) => expect(steps(shown, "me")).toEqual(works));
