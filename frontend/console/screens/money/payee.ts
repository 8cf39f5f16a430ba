// Who has a money account: a seller, whose account is asked for, or a stall, which carries its own.
import type { Ask } from "../../reach";
import type { Seller, SellerAccount, Stall } from "../../wire";
import { t } from "../../words";

export interface Payee {
  name: string;
  /** Where the account is changed. */
  address: string;
  /** The account as it is known without asking; `undefined`: it must be asked for. */
  known: SellerAccount | null | undefined;
  /** The account with its whole number. Sellers' readings are logged. */
  reveal(ask: Ask): Promise<SellerAccount>;
}

export function ofSeller({ id, name }: Seller): Payee {
  const address = `/api/v1/sellers/${id}/money-account`;
  return { name, address, known: undefined, reveal: (ask) => ask(`${address}?reveal=1`) };
}

export function ofStall({ id, code, market, money_account }: Stall): Payee {
  const known: SellerAccount | null = money_account && { ...money_account, notices: money_account.notices ? "sepay" : "none" };
  return {
    name: t("console-stall", { code, market: market.name }),
    address: `/api/v1/stalls/${id}/money-account`,
    // The counter draws its QR from the number, so the phone has it anyway; here it is covered until somebody asks.
    known,
    reveal: async () => known ?? Promise.reject(new Error("there is no account to show")),
  };
}
