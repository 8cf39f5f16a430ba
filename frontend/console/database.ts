// What the phone keeps for people while there is no signal: one IndexedDB database, opened here and nowhere else.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Draft, Principal } from "./outbox/draft";

/** Somebody who has signed in on this phone. */
export interface Person {
  id: string;
  phone: string;
  name: string;
  /** Offices only: `officer`, `market_manager`, `helper`, `administrator`. */
  roles: string[];
  /** Absent where this was kept by a console that did not know of it. */
  second_factor?: SecondFactor;
}

/** How somebody proves twice who they are. */
export interface SecondFactor {
  /** An office is held for which one proof is not enough. */
  needed: boolean;
  /** This session has given both. */
  passed: boolean;
  totp: boolean;
  passkeys: number;
  /** How many are left. */
  recovery_codes: number;
}

export interface Shelves extends DBSchema {
  /** What was written and is to be sent. */
  drafts: { key: string; value: Draft; indexes: { owner: string } };
  /** Answers of reads, so that forms work without signal; the key is `{person}/{name}`, or `{helper}/{person}/{name}` for somebody a helper acts for. */
  kept: { key: string; value: unknown };
  people: { key: string; value: Person };
  /** `person`: the id of whoever is writing; `acting`: for whom (`Acting`); `stall`: the one last chosen; `sound`: whether amounts are spoken. */
  settings: { key: string; value: unknown };
}

export type Database = IDBPDatabase<Shelves>;

/** For whom somebody acts; kept, so that a page loaded anew does not write under another name. */
export interface Acting {
  helper: string;
  principal: Principal;
  /** What the consent covers: `diary`, `products`, `orders`, `dossiers`. */
  scope: string[];
}

const NAME = "choque-console";

/**
 * 2: drafts may say on whose behalf they were written. Their rows are as before; the number keeps a console of version 1, in
 * another tab or as the service worker, from sending such a draft as the helper's own.
 */
const VERSION = 2;

export function openDatabase(name = NAME): Promise<Database> {
  return openDB<Shelves>(name, VERSION, {
    upgrade(db, before) {
      if (before >= 1) return;
      db.createObjectStore("drafts", { keyPath: "id" }).createIndex("owner", "owner");
      db.createObjectStore("kept");
      db.createObjectStore("people", { keyPath: "id" });
      db.createObjectStore("settings");
    },
    // Another tab has a newer version of the console: let it through rather than block it.
    blocking: (_, __, event) => (event.target as IDBDatabase).close(),
  });
}
