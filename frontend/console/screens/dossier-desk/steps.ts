// What may be done with a dossier, the next thing first: that one wants to be pressed.
import type { DossierDetail } from "../dossiers/wire";

export type Work = "accept" | "samples" | "score" | "decide" | "supplement_ask" | "supplement_answer";

/** `member` is whose desk it is: who has cast a ballot goes on to the decision, and may still correct it. */
export function steps({ can, samples, ballots }: Pick<DossierDetail, "can" | "samples" | "ballots">, member: string | undefined): Work[] {
  const cast = ballots.some((ballot) => ballot.member.id === member);
  const may = new Set<Work>(can.flatMap((act): Work[] => (act === "grant" || act === "refuse" ? ["decide"] : act === "withdraw" ? [] : [act])));
  const order: Work[] = ["accept", "supplement_answer"];
  if (samples.received < samples.required) order.push("samples");
  if (!cast) order.push("score");
  // Refusing is always possible and seldom the next thing.
  if (can.includes("grant")) order.push("decide");
  order.push("samples", "score", "supplement_ask", "decide");
  return [...new Set(order)].filter((work) => may.has(work));
}
