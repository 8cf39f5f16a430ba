// What a screen tells of itself.
import type { Component } from "svelte";
import type { Lists } from "../desk.svelte";
import type { IconName } from "../parts/icons";

export interface Screen {
  /** After /app/. */
  path: string;
  /** The id of its name's message. */
  title: string;
  icon: IconName;
  /** Whether it stands in the bottom bar. */
  bar: boolean;
  /** Whether the person has anything to do there. */
  concerns(lists: Lists): boolean;
  /** The part of a consent that lets a helper do this for somebody; `any`: each does. Absent: everybody does it themselves. */
  scope?: "diary" | "products" | "orders" | "dossiers" | "any";
  component: Component;
}

/** The screens on which whoever is written for has something to do. */
export function mine<S extends Pick<Screen, "concerns" | "scope">>(screens: S[], lists: Lists): S[] {
  const { scope } = lists;
  const covered = (screen: S): boolean => !scope || screen.scope === "any" || (screen.scope !== undefined && scope.includes(screen.scope));
  return screens.filter((screen) => covered(screen) && screen.concerns(lists));
}

export const sells = (lists: Lists): boolean => (lists.sellers.value?.length ?? 0) > 0;
export const keepsStall = (lists: Lists): boolean => (lists.stalls.value?.length ?? 0) > 0;
/** Whether somebody in one of these offices sits here, for themselves. */
export const holds = (...offices: string[]) => (lists: Lists): boolean => offices.some((office) => lists.roles.includes(office));
export const everybody = (): boolean => true;

/** What a thumb can tell apart on a screen of 360 px. */
const MOST_IN_BAR = 6;

/** The screens of the bottom bar, and those that are opened from the last one of it because the bar is full. */
export function laidOut<S extends Pick<Screen, "bar">>(mine: S[]): { bar: S[]; beside: S[] } {
  const wanted = mine.filter(({ bar }) => bar);
  const bar = wanted.length <= MOST_IN_BAR ? wanted : [...wanted.slice(0, MOST_IN_BAR - 1), ...wanted.slice(-1)];
  return { bar, beside: mine.filter((screen) => !bar.includes(screen)) };
}
