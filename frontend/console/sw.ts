/// <reference lib="webworker" />
// The service worker: keeps the console's own files, so that it opens without signal, helps to empty the outbox, and
// shows what is pushed.
//
//   what is asked for              where the answer comes from
//   a page under /app/             the kept index.html
//   a file of the console          the kept file
//   anything else (the API)        the network, untouched
import { openDatabase } from "./database";
import { Outbox } from "./outbox/outbox";
import { Store } from "./outbox/store";
import { SYNC, channel, world } from "./outbox/world";
import { read, target } from "./pushed";

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: { url: string; revision: string | null }[] };

const files = self.__WB_MANIFEST;
const base = new URL(self.registration.scope).pathname;
const kept = new Set(files.map(({ url }) => base + url));
/** One cache a version: the files of two versions never mix. */
const CACHE = `console-${digest(JSON.stringify(files))}`;

self.addEventListener("install", (event) => {
  const requests = [...kept].map((url) => new Request(url, { cache: url.includes("/assets/") ? "default" : "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(requests)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const others = caches.keys().then((names) => names.filter((name) => name.startsWith("console-") && name !== CACHE));
  event.waitUntil(others.then((names) => Promise.all(names.map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  const page = request.mode === "navigate" && pathname.startsWith(base);
  if (page || kept.has(pathname)) event.respondWith(fromCache(page ? `${base}index.html` : pathname, request));
});

async function fromCache(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}

/** Chromium fires this when the network returns, even after the last tab was closed. */
self.addEventListener("sync", (event) => {
  const { tag } = event as Event & { tag: string };
  if (tag === SYNC) (event as ExtendableEvent).waitUntil(empty());
});

async function empty(): Promise<void> {
  const told = channel();
  const outbox = new Outbox(new Store(await openDatabase()), world(() => told?.postMessage("changed")));
  const { next_at } = await outbox.drain({ eager: true });
  told?.close();
  // A rejected sync is fired again later.
  if (next_at !== undefined) throw new Error("something still waits");
}

/** Somebody is told something. Browsers want each push shown; the same one sent twice shows once. */
self.addEventListener("push", (event) => {
  const told = read(event.data?.text() ?? "");
  if (!told) return;
  const { id: tag, title, body, link } = told;
  event.waitUntil(self.registration.showNotification(title, { tag, body, lang: "vi", data: { link } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { link } = event.notification.data as { link: string | null };
  event.waitUntil(open(target(link, self.location.origin, base)));
});

/** Goes to the window that is there already, or opens one. */
async function open(url: string): Promise<void> {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find((window) => window.url === url);
  await (there ? there.focus() : self.clients.openWindow(url));
}

/** FNV-1a, enough to tell two lists of files apart. */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place += 1) hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  return (hash >>> 0).toString(36);
}
