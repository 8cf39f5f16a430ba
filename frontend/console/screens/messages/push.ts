// This browser told of things while no page is open (Web Push).
import type { Ask } from "../../reach";
import { decode } from "../security/webauthn";

export function canPush(): boolean {
  return "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;
}

/** What the server has to know of this browser; `undefined`: its person said no. */
export async function subscribe(ask: Ask): Promise<PushSubscriptionJSON | undefined> {
  if ((await Notification.requestPermission()) !== "granted") return undefined;
  const worker = await navigator.serviceWorker.ready;
  const known = await worker.pushManager.getSubscription();
  if (known) return known.toJSON();
  const { public_key } = await ask<{ public_key: string }>("/api/v1/push-key");
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: decode(public_key) });
  return made.toJSON();
}

/** Where a message leads: a page of this exchange, or the console. */
export function leadsTo(link: unknown, origin: string): string {
  const home = `${origin}/app/`;
  if (typeof link !== "string" || !link.startsWith("/")) return home;
  const url = new URL(link, origin);
  return url.origin === origin ? url.href : home;
}
