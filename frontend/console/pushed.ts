// What the exchange pushes: its words, and where they lead. The exchange seals it for this browser alone.

/** As the exchange writes it. */
export interface Pushed {
  id: string;
  title: string;
  body: string;
  link: string | null;
}

/** What came, if it is what the exchange writes. */
export function read(text: string): Pushed | undefined {
  try {
    const { id, title, body, link } = JSON.parse(text) as Partial<Pushed>;
    if (typeof id !== "string" || typeof title !== "string" || typeof body !== "string") return undefined;
    return { id, title, body, link: typeof link === "string" ? link : null };
  } catch {
    return undefined;
  }
}

/** Where a tap leads: a page of this exchange, never another's; without one, the console. */
export function target(link: string | null, origin: string, base: string): string {
  const home = new URL(base, origin);
  if (link === null || !URL.canParse(link, origin)) return home.href;
  const url = new URL(link, origin);
  return url.origin === origin ? url.href : home.href;
}
