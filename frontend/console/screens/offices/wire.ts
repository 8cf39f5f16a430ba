export const OFFICES = ["officer", "market_manager", "helper", "administrator"] as const;

export interface Account {
  id: string;
  phone: string;
  name: string;
  roles: string[];
}

/** Somebody who sits on the council that rates OCOP products. */
export interface Councillor {
  account_id: string;
  name: string;
  /** ISO. */
  from_on: string;
  until_on: string | null;
  /** Today. */
  holds: boolean;
}
