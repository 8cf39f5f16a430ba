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
