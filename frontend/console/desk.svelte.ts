// The desk: who is writing, whether the server can be reached, what waits to be sent, and the lists that forms need.
import { createContext } from "svelte";
import type { Database, Person } from "./database";
import { Kept, all } from "./kept.svelte";
import { type Outcome, pause } from "./outbox/lifecycle";
import { Outbox } from "./outbox/outbox";
import type { Draft } from "./outbox/draft";
import { Store } from "./outbox/store";
import { Wake } from "./outbox/wake";
import { channel, world } from "./outbox/world";
import { Refused, Unreachable, ask } from "./reach";
import type { Batch, Category, DiaryLine, Listing, Order, Plot, Product, Seller, Stall } from "./wire";

/** The lists of one person. */
export class Lists {
  readonly sellers: Kept<Seller[]>;
  readonly plots: Kept<Plot[]>;
  readonly products: Kept<Product[]>;
  readonly diary: Kept<DiaryLine[]>;
  readonly stalls: Kept<Stall[]>;
  // Those below are refreshed by the screens that show them.
  readonly categories: Kept<Category[]>;
  readonly listings: Kept<Listing[]>;
  readonly batches: Kept<Batch[]>;
  readonly orders: Kept<Order[]>;

  constructor(
    private readonly db: Database,
    private readonly owner: string,
  ) {
    this.sellers = this.kept("sellers", () => all("/api/v1/sellers?mine=1"));
    this.plots = this.kept("plots", () => all("/api/v1/plots?mine=1"));
    this.products = this.kept("products", () => all("/api/v1/products?mine=1"));
    this.diary = this.kept("diary", async () => (await ask<{ items: DiaryLine[] }>("/api/v1/diary?limit=30")).items);
    this.stalls = this.kept("stalls", () => all("/api/v1/stalls?mine=1"));
    this.categories = this.kept("categories", async () => (await ask<{ items: Category[] }>("/api/v1/categories")).items);
    this.listings = this.kept("listings", () => all("/api/v1/listings?mine=1"));
    this.batches = this.kept("batches", () => all("/api/v1/batches?mine=1"));
    this.orders = this.kept("orders", () => all("/api/v1/orders?mine=1&as=seller"));
  }

  /** One more list, for a screen that needs its own. */
  kept<T>(name: string, read: () => Promise<T>): Kept<T> {
    return new Kept(this.db, this.owner, name, read);
  }

  async recall(): Promise<void> {
    const lists = [this.sellers, this.plots, this.products, this.diary, this.stalls, this.categories, this.listings, this.batches, this.orders];
    await Promise.all(lists.map((list) => list.recall()));
  }

  async refresh(): Promise<void> {
    await Promise.all([this.sellers.refresh(), this.stalls.refresh()]);
    // Who sells nothing has no plots to ask for.
    if (this.sellers.value?.length) await Promise.all([this.plots, this.products, this.diary].map((list) => list.refresh()));
  }
}

export class Desk {
  phase = $state<"starting" | "out" | "in">("starting");
  person = $state.raw<Person>();
  lists = $state.raw<Lists>();
  /** Everybody who has signed in on this phone. */
  people = $state.raw<Person[]>([]);
  /** Whether the session is known not to be `person`'s: nothing is sent until they sign in. */
  signedOut = $state(false);
  /** Whether the server answered when it was last asked. */
  reached = $state(navigator.onLine);
  /** What `person` wrote, oldest first. */
  drafts = $state.raw<Draft[]>([]);
  /** How many of other people's drafts wait on this phone, by person. */
  waiting = $state.raw<Record<string, number>>({});
  /** Whether money that comes is said aloud. */
  sound = $state(true);
  /** The stall that was last chosen, for a keeper with several. */
  stall = $state("");

  readonly outbox: Outbox;
  readonly wake: Wake;
  private readonly told = channel();
  /** Whether somebody else is about to write; until they sign in or sit down, the session seats nobody. */
  private aside = false;
  private knock: ReturnType<typeof setTimeout> | undefined;
  /** How often in a row the server did not answer. */
  private missed = 0;

  constructor(readonly db: Database) {
    const around = world(() => {
      this.told?.postMessage("changed");
      void this.recount();
    });
    const send = async (draft: Draft): Promise<Outcome> => {
      const outcome = await around.send(draft);
      if (outcome.is === "unreachable") this.lost();
      else this.found();
      return outcome;
    };
    this.outbox = new Outbox(new Store(db), { ...around, send });
    this.wake = new Wake(this.outbox);
  }

  /** What is not yet recorded. */
  get unsent(): Draft[] {
    return this.drafts.filter(({ state }) => state !== "sent");
  }

  async start(): Promise<void> {
    if (this.told) this.told.onmessage = () => void this.recount();
    addEventListener("offline", () => this.lost());
    addEventListener("online", () => void this.refresh());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void this.refresh();
    });
    this.wake.start();
    void navigator.storage?.persist?.();
    await this.outbox.store.sweep(Date.now());

    this.sound = (await this.db.get("settings", "sound")) !== false;
    this.stall = String((await this.db.get("settings", "stall")) ?? "");
    this.people = await this.db.getAll("people");
    const id = await this.outbox.store.sender();
    const last = this.people.find((person) => person.id === id);
    // The phone's own knowledge comes first: a screen that waits for a bad network is a screen that does not open.
    if (last) await this.seat(last);
    await this.askWho(true);
  }

  /** Whoever is signed in, as the server says. At the start the session decides; later it never changes who is writing. */
  private async askWho(atStart: boolean): Promise<void> {
    try {
      const me = await ask<Person>("/api/v1/accounts/me");
      this.found();
      if (this.aside) return;
      if (!atStart && me.id !== this.person?.id) {
        this.signedOut = true;
        return;
      }
      await this.outbox.welcome(me.id);
      await this.seat(me);
      this.wake.drain(true);
      void this.lists?.refresh().catch(this.noticed);
    } catch (error) {
      this.noticed(error);
      if (error instanceof Refused && error.status === 401) {
        this.signedOut = true;
        if (atStart) this.phase = "out";
      } else if (this.phase === "starting") {
        this.phase = "out";
      }
      await this.recount();
    }
  }

  /** Puts `person` at the desk. Offline, somebody who has signed in here before may sit down without the server. */
  async seat(person: Person): Promise<void> {
    if (this.person?.id !== person.id || !this.lists) {
      this.lists = new Lists(this.db, person.id);
      await this.lists.recall();
    }
    await this.db.put("people", $state.snapshot(person));
    await this.db.put("settings", person.id, "person");
    this.people = await this.db.getAll("people");
    this.person = person;
    this.signedOut = false;
    this.aside = false;
    this.phase = "in";
    await this.recount();
  }

  /** Makes room for somebody else, or for a new sign-in. Nothing that was written goes. */
  stepAside(): void {
    this.aside = true;
    this.phase = "out";
  }

  /** Before the session ends: what others may not see leaves the phone; what was not sent stays. */
  async leave(): Promise<void> {
    const { person } = this;
    if (!person) return;
    await this.db.delete("settings", "person");
    const range = IDBKeyRange.bound(`${person.id}/`, `${person.id}0`, false, true);
    await this.db.delete("kept", range);
    if (this.unsent.length === 0) await this.db.delete("people", person.id);
  }

  /** Asks the server again for what the screens show. */
  async refresh(): Promise<void> {
    await this.askWho(this.phase !== "in");
  }

  /** Keeps what was written, then tries to send it. */
  async write(kind: Draft["kind"], path: string, body: Record<string, unknown>, id?: string): Promise<Draft> {
    if (!this.person) throw new Error("nobody is writing");
    const draft = await this.outbox.add({ owner: this.person.id, kind, path, body }, id);
    await this.recount();
    this.wake.added();
    return draft;
  }

  /** Keeps a refused draft written anew, then tries to send it; `undefined` when the old one is gone already. */
  async rewrite(refused: Draft, body: Record<string, unknown>): Promise<Draft | undefined> {
    const draft = await this.outbox.rewrite(refused, body);
    await this.recount();
    this.wake.added();
    return draft;
  }

  /** Notes whether an error of `ask` means that there is no way to the server. */
  readonly noticed = (error: unknown): void => {
    if (error instanceof Unreachable) this.lost();
    else if (error instanceof Refused) this.found();
    else throw error;
  };

  /** The server answered. */
  found(): void {
    this.reached = true;
    this.missed = 0;
    clearTimeout(this.knock);
  }

  /** It did not. Browsers do not always tell when it can be reached again, so it is asked now and then. */
  private lost(): void {
    this.reached = false;
    clearTimeout(this.knock);
    this.missed += 1;
    this.knock = setTimeout(() => void this.refresh(), pause(this.missed, Math.random()));
  }

  async setStall(id: string): Promise<void> {
    this.stall = id;
    await this.db.put("settings", id, "stall");
  }

  async setSound(on: boolean): Promise<void> {
    this.sound = on;
    await this.db.put("settings", on, "sound");
  }

  private async recount(): Promise<void> {
    const sentBefore = this.drafts.filter(({ state }) => state === "sent").length;
    const drafts = await this.db.getAll("drafts");
    const waiting: Record<string, number> = {};
    for (const { owner, state } of drafts) if (state !== "sent") waiting[owner] = (waiting[owner] ?? 0) + 1;
    this.waiting = waiting;
    this.drafts = drafts.filter(({ owner }) => owner === this.person?.id).sort((a, b) => (a.id < b.id ? -1 : 1));
    const sent = this.drafts.filter(({ state }) => state === "sent").length;
    // Perhaps the service worker or another tab got through.
    if (sent > sentBefore) this.found();
    if (this.drafts.some(({ state }) => state === "needs_sign_in")) this.signedOut = true;
  }
}

export const [useDesk, provideDesk] = createContext<Desk>();
