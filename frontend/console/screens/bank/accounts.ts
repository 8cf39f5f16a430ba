// The bank accounts that a person looks after: where sellers are paid, and where the exchange holds money.
import { day } from "../../figures";
import { type Ask, Refused } from "../../reach";
import type { Seller } from "../../wire";
import { t } from "../../words";
import type { AccountDays, Reconciled } from "./wire";

export interface BankAccount {
  id: string;
  kind: string;
  seller_id: string | null;
  number_masked: string;
}

/** Whose account it is, and how its number ends. */
export function accountText({ seller_id, kind, number_masked }: Pick<AccountDays, "seller_id" | "kind" | "number_masked">, sellers: Seller[]): string {
  const owner = sellers.find(({ id }) => id === seller_id)?.name ?? t(kind === "held" ? "console-account-held" : kind === "stall" ? "console-account-stall" : "console-account-seller");
  return `${owner} ${number_masked}`;
}

const SPAN_MS = 91 * 24 * 60 * 60 * 1000;

/** Those of the person's sellers, the exchange's own where they may see it, and all in which something moved of late. */
export async function bankAccounts(ask: Ask, sellers: Seller[], now = Date.now()): Promise<BankAccount[]> {
  const one = (path: string, seller_id: string | null): Promise<BankAccount[]> =>
    ask<Omit<BankAccount, "seller_id">>(path).then(
      ({ id, kind, number_masked }) => [{ id, kind, number_masked, seller_id }],
      (error: unknown) => {
        // There is none, or it is not theirs to see.
        if (error instanceof Refused && error.status !== 401) return [];
        throw error;
      },
    );
  const range = `from=${day(new Date(now - SPAN_MS))}&to=${day(new Date(now))}`;
  const moved = (await ask<Reconciled>(`/api/v1/reconciliation?${range}`)).accounts;
  const own = await Promise.all(sellers.map(({ id }) => one(`/api/v1/sellers/${id}/money-account`, id)));
  const known = new Map([...own.flat(), ...moved].map(({ id, kind, number_masked, seller_id }) => [id, { id, kind, number_masked, seller_id }]));
  return [...known.values()];
}
