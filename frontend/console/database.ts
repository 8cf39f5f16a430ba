// What the phone keeps for people while there is no signal: one IndexedDB database, opened here and nowhere else.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Draft } from "./outbox/draft";

/** Somebody who has signed in on this phone. */
export interface Person {
  id: string;
  phone: string;
  name: string;
  /** Offices only: `officer`, `market_manager`, `helper`, `administrator`. */
  roles: string[];
}

export interface Shelves extends DBSchema {
  /** What was written and is to be sent. */
  drafts: { key: string; value: Draft; indexes: { owner: string } };
  /** Answers of reads, so that forms work without signal; the key is `{person}/{name}`. */
  kept: { key: string; value: unknown };
  people: { key: string; value: Person };
  /** `person`: the id of whoever is writing; `stall`: the one last chosen; `sound`: whether amounts are spoken. */
  settings: { key: string; value: unknown };
}

export type Database = IDBPDatabase<Shelves>;

const NAME = "choque-console";

export function openDatabase(name = NAME): Promise<Database> {
  return openDB<Shelves>(name, 1, {
    upgrade(db) {
      db.createObjectStore("drafts", { keyPath: "id" }).createIndex("owner", "owner");
      db.createObjectStore("kept");
      db.createObjectStore("people", { keyPath: "id" });
      db.createObjectStore("settings");
    },
    // Another tab has a newer version of the console: let it through rather than block it.
    blocking: (_, __, event) => (event.target as IDBDatabase).close(),
  });
}
