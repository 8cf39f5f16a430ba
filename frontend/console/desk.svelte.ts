// The desk: who is writing, whether the server can be reached, what waits to be sent, and the lists that forms need.
import { createContext } from "svelte";
import type { Acting, Database, Person } from "./database";
import { Kept, all } from "./kept.svelte";
import { type Outcome, pause } from "./outbox/lifecycle";
import { Outbox } from "./outbox/outbox";
import type { Draft, Principal } from "./outbox/draft";
import { Store } from "./outbox/store";
import { Wake } from "./outbox/wake";
import { channel, world } from "./outbox/world";
import { type Ask, type Hand, Refused, Unreachable, ask, asker } from "./reach";
import type { Batch, Category, DiaryLine, Listing, Order, Plot, Product, Seller, Stall } from "./wire";

/** The lists of one person: the one who is signed in, or the one a helper acts for. */
export class Lists {
  /** The offices held here. Whoever acts for somebody holds none meanwhile. */
  roles = $state.raw<string[]>([]);
  /** What a consent lets a helper do here; `undefined`: they are the person's own, who may do everything. */
  readonly scope: string[] | undefined;
  readonly sellers: Kept<Seller[]>;
  readonly plots: Kept<Plot[]>;
  readonly products: Kept<Product[]>;
  readonly diary: Kept<DiaryLine[]>;
  /** What was sprayed: the phone warns by it before a harvest that would be too early. */
  readonly sprayings: Kept<DiaryLine[]>;
  readonly stalls: Kept<Stall[]>;
  // Those below are refreshed by the screens that show them.
  readonly categories: Kept<Category[]>;
  readonly listings: Kept<Listing[]>;
  readonly batches: Kept<Batch[]>;
  readonly orders: Kept<Order[]>;

  constructor(
    private readonly db: Database,
    private readonly hand: Hand,
    scope?: string[],
  ) {
    this.scope = scope;
    this.sellers = this.kept("sellers", (ask) => all(ask, "/api/v1/sellers?mine=1"));
    this.plots = this.kept("plots", (ask) => all(ask, "/api/v1/plots?mine=1"));
    this.products = this.kept("products", (ask) => all(ask, "/api/v1/products?mine=1"));
    this.diary = this.kept("diary", async (ask) => (await ask<{ items: DiaryLine[] }>("/api/v1/diary?limit=30")).items);
    this.sprayings = this.kept("sprayings", (ask) => all(ask, "/api/v1/diary?activity=spraying"));
    this.stalls = this.kept("stalls", (ask) => all(ask, "/api/v1/stalls?mine=1"));
    this.categories = this.kept("categories", async (ask) => (await ask<{ items: Category[] }>("/api/v1/categories")).items);
    this.listings = this.kept("listings", (ask) => all(ask, "/api/v1/listings?mine=1"));
    this.batches = this.kept("batches", (ask) => all(ask, "/api/v1/batches?mine=1"));
    this.orders = this.kept("orders", (ask) => all(ask, "/api/v1/orders?mine=1&as=seller"));
  }

  /** One more list, for a screen that needs its own. `ask` asks for this list's person, whoever is at the desk by then. */
  kept<T>(name: string, read: (ask: Ask) => Promise<T>): Kept<T> {
    const { owner, behalf } = this.hand;
    const ask = asker(this.hand);
    return new Kept(this.db, shelf(owner, behalf), name, () => read(ask));
  }

  async recall(): Promise<void> {
    const lists = [this.sellers, this.plots, this.products, this.diary, this.sprayings, this.stalls, this.categories, this.listings, this.batches, this.orders];
    await Promise.all(lists.map((list) => list.recall()));
  }

  async refresh(): Promise<void> {
    const may = (part: string): boolean => this.scope?.includes(part) ?? true;
    // A stall is kept by its keeper: nobody rings up for somebody else.
    await Promise.all([...(may("products") ? [this.sellers.refresh()] : []), ...(this.scope ? [] : [this.stalls.refresh()])]);
    // Who sells nothing has no plots to ask for.
    if (!this.sellers.value?.length) return;
    const diary = may("diary") ? [this.plots, this.diary, this.sprayings] : [];
    await Promise.all([...diary, ...(may("products") ? [this.products] : [])].map((list) => list.refresh()));
  }
}

/** Where one person's lists are kept. What a helper reads lies under the helper's name, so that it goes when the helper does. */
function shelf(owner: string, behalf?: string): string {
  return behalf === undefined ? owner : `${owner}/${behalf}`;
}

/** Every key of a shelf. `0` follows `/`. */
function shelved(shelf: string): IDBKeyRange {
  return IDBKeyRange.bound(`${shelf}/`, `${shelf}0`, false, true);
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export class Desk {
  phase = $state<"starting" | "out" | "in">("starting");
  person = $state.raw<Person>();
  lists = $state.raw<Lists>();
  /** On whose behalf everything at this desk is read and written; `undefined`: the person's own. */
  acting = $state.raw<Principal>();
  /** Why acting for somebody has ended without being asked to, until it has been read. */
  actingEnded = $state("");
  /** Everybody who has signed in on this phone. */
  people = $state.raw<Person[]>([]);
  /** Whether the session is known not to be `person`'s: nothing is sent until they sign in. */
  signedOut = $state(false);
  /** Whether the server answered when it was last asked. */
  reached = $state(navigator.onLine);
  /** What `person` wrote, for themselves and for others, oldest first. */
  written = $state.raw<Draft[]>([]);
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

  /** What `person` wrote for whoever they write for now. */
  readonly drafts = $derived(this.written.filter(({ onBehalf }) => onBehalf?.id === this.acting?.id));

  /** What is not yet recorded, whomever it is for. */
  get unsent(): Draft[] {
    return this.written.filter(({ state }) => state !== "sent");
  }

  /** Whose requests are made here; `undefined` while nobody is at the desk. */
  get hand(): Hand | undefined {
    return this.person && { owner: this.person.id, behalf: this.acting?.id };
  }

  /** A read in the name of whoever is written for now. */
  readonly ask: Ask = (path, init) => {
    const { hand } = this;
    return hand ? asker(hand)(path, init) : ask(path, init);
  };

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
      const before = (await this.db.get("settings", "acting")) as Acting | undefined;
      await this.open(person, before?.helper === person.id ? before : undefined);
    }
    if (this.lists) this.lists.roles = this.acting ? [] : person.roles;
    await this.db.put("people", $state.snapshot(person));
    await this.db.put("settings", person.id, "person");
    this.people = await this.db.getAll("people");
    this.person = person;
    this.signedOut = false;
    this.aside = false;
    this.phase = "in";
    await this.recount();
  }

  /** Lays out the lists of whoever is written for. */
  private async open(person: Person, acting: Acting | undefined): Promise<void> {
    const lists = new Lists(this.db, { owner: person.id, behalf: acting?.principal.id }, acting?.scope);
    await lists.recall();
    lists.roles = acting ? [] : person.roles;
    [this.lists, this.acting] = [lists, acting?.principal];
  }

  /** From now on everything is done for `principal`, who has agreed to it. */
  async actFor({ id, name }: Principal, scope: string[]): Promise<void> {
    const { person } = this;
    if (!person) return;
    const acting: Acting = { helper: person.id, principal: { id, name }, scope };
    // Kept first: a page that is loaded anew in between must not write under the wrong name.
    await this.db.put("settings", acting, "acting");
    await this.open(person, acting);
    this.actingEnded = "";
    await this.lists?.refresh().catch(this.noticed);
  }

  /** From now on everything is the helper's own again; `why` tells of an end that they did not ask for. */
  async stopActing(why = ""): Promise<void> {
    const { person, acting } = this;
    if (!person || !acting) return;
    await this.db.delete("settings", "acting");
    await this.open(person, undefined);
    this.actingEnded = why;
    if (why) await this.db.delete("kept", shelved(shelf(person.id, acting.id)));
    await this.lists?.refresh().catch(this.noticed);
  }

  /** Keeps nothing of people other than `principals`: whoever took their consent back is no longer looked at. */
  async actOnlyFor(principals: string[]): Promise<void> {
    const { person } = this;
    if (!person) return;
    for (const key of await this.db.getAllKeys("kept", shelved(person.id))) {
      const [, behalf = "", rest] = key.split("/");
      if (rest !== undefined && UUID.test(behalf) && !principals.includes(behalf)) await this.db.delete("kept", key);
    }
  }

  /** Makes room for somebody else, or for a new sign-in. Nothing that was written goes. */
  async stepAside(): Promise<void> {
    this.aside = true;
    this.phase = "out";
    await this.stopActing();
  }

  /** Before the session ends: what others may not see leaves the phone; what was not sent stays. */
  async leave(): Promise<void> {
    const { person } = this;
    if (!person) return;
    await this.db.delete("settings", "person");
    await this.db.delete("settings", "acting");
    await this.db.delete("kept", shelved(person.id));
    if (this.unsent.length === 0) await this.db.delete("people", person.id);
  }

  /** Asks the server again for what the screens show. */
  async refresh(): Promise<void> {
    await this.askWho(this.phase !== "in");
  }

  /** Keeps what was written, then tries to send it. */
  async write(kind: Draft["kind"], path: string, body: Record<string, unknown>, id?: string): Promise<Draft> {
    if (!this.person) throw new Error("nobody is writing");
    const { acting } = this;
    const draft = await this.outbox.add({ owner: this.person.id, ...(acting && { onBehalf: acting }), kind, path, body }, id);
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
    // The consent has been taken back, or its time is over.
    if (error instanceof Refused && error.problem.code === "not-acting") void this.stopActing(error.problem.detail);
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
    const sentBefore = this.written.filter(({ state }) => state === "sent").length;
    const drafts = await this.db.getAll("drafts");
    const waiting: Record<string, number> = {};
    for (const { owner, state } of drafts) if (state !== "sent") waiting[owner] = (waiting[owner] ?? 0) + 1;
    this.waiting = waiting;
    this.written = drafts.filter(({ owner }) => owner === this.person?.id).sort((a, b) => (a.id < b.id ? -1 : 1));
    const sent = this.written.filter(({ state }) => state === "sent").length;
    // Perhaps the service worker or another tab got through.
    if (sent > sentBefore) this.found();
    if (this.written.some(({ state }) => state === "needs_sign_in")) this.signedOut = true;
  }
}

export const [useDesk, provideDesk] = createContext<Desk>();
