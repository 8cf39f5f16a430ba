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
  component: Component;
}

export const sells = (lists: Lists): boolean => (lists.sellers.value?.length ?? 0) > 0;
export const keepsStall = (lists: Lists): boolean => (lists.stalls.value?.length ?? 0) > 0;
export const everybody = (): boolean => true;

/** What a thumb can tell apart on a screen of 360 px. */
const MOST_IN_BAR = 6;

/** The screens of the bottom bar, and those that are opened from the last one of it because the bar is full. */
export function laidOut<S extends Pick<Screen, "bar">>(mine: S[]): { bar: S[]; beside: S[] } {
  const wanted = mine.filter(({ bar }) => bar);
  const bar = wanted.length <= MOST_IN_BAR ? wanted : [...wanted.slice(0, MOST_IN_BAR - 1), ...wanted.slice(-1)];
  return { bar, beside: mine.filter((screen) => !bar.includes(screen)) };
}
