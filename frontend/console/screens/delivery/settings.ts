// The ways of delivery as they are typed, and what the server is told of them.
import { dong } from "../../figures";
import { readDong } from "../../typed";
import { ofThousandths, thousandths } from "../../units";
import { readSome, typedQuantity } from "../orders/pack";
import type { Delivery } from "./wire";

export interface TypedZone {
  id?: string;
  name: string;
  places: string[];
  fee: string;
  /** Kilograms. */
  included: string;
  perKg: string;
  freeFrom: string;
}

export interface TypedPoint {
  id?: string;
  name: string;
  commune: string;
  street: string;
  opening: string;
}

export interface TypedTime {
  id?: string;
  weekday: number;
  from: string;
  to: string;
  before: number | null;
  capacity: number | null;
}

export interface Typed {
  zones: TypedZone[];
  points: TypedPoint[];
  times: TypedTime[];
}

const plain = (amount: number): string => dong(amount).replace(/\D+$/, "");

export function typed({ zones, pickup_points, farm_times }: Delivery): Typed {
  return {
    zones: zones.map(({ id, name, places, fee, included_grams, fee_per_kg, free_from }) => ({
      id, name, places: [...places], fee: plain(fee), perKg: plain(fee_per_kg), freeFrom: free_from === null ? "" : plain(free_from),
      included: typedQuantity({ value: ofThousandths(included_grams), unit: "kg" }),
    })),
    points: pickup_points.map(({ id, name, commune_code, street, opening }) => ({ id, name, commune: commune_code, street, opening })),
    times: farm_times.map(({ id, weekday, from, to, closes_hours_before, capacity }) => ({ id, weekday, from, to, before: closes_hours_before, capacity })),
  };
}

/** Đồng, where nothing typed is none of it. */
function fee(text: string): number | undefined {
  return /^\s*0*\s*$/.test(text) ? 0 : readDong(text);
}

export interface Told {
  body: Record<string, unknown>;
  /** What is wrong, by JSON Pointer into the body: the ids of messages. */
  wrong: Record<string, string>;
}

export function told({ zones, points, times }: Typed): Told {
  const wrong: Record<string, string> = {};
  const named = (pointer: string, name: string): void => {
    if (name.trim() === "") wrong[`${pointer}/name`] = "console-ship-name-wrong";
  };
  const body = {
    zones: zones.map((zone, place) => {
      const pointer = `/zones/${place}`;
      named(pointer, zone.name);
      const [basic, perKg, included] = [fee(zone.fee), fee(zone.perKg), readSome(zone.included)];
      const freeFrom = zone.freeFrom.trim() === "" ? null : readDong(zone.freeFrom);
      if (basic === undefined) wrong[`${pointer}/fee`] = "console-price-wrong";
      if (perKg === undefined) wrong[`${pointer}/fee_per_kg`] = "console-price-wrong";
      if (included === undefined) wrong[`${pointer}/included_grams`] = "console-quantity-wrong";
      if (freeFrom === undefined) wrong[`${pointer}/free_from`] = "console-price-wrong";
      return {
        ...(zone.id && { id: zone.id }), name: zone.name.trim(), places: zone.places,
        fee: basic, included_grams: thousandths(included ?? "0"), fee_per_kg: perKg, free_from: freeFrom,
      };
    }),
    pickup_points: points.map(({ id, name, commune, street, opening }, place) => {
      named(`/pickup_points/${place}`, name);
      if (commune === "") wrong[`/pickup_points/${place}/commune_code`] = "console-commune-wrong";
      return { ...(id && { id }), name: name.trim(), commune_code: commune, street: street.trim(), opening: opening.trim() };
    }),
    farm_times: times.map(({ id, weekday, from, to, before, capacity }, place) => {
      if (from === "" || to === "" || from >= to) wrong[`/farm_times/${place}/from`] = "console-hours-wrong";
      if (!capacity || capacity < 1) wrong[`/farm_times/${place}/capacity`] = "console-farm-capacity-wrong";
      return { ...(id && { id }), weekday, from, to, closes_hours_before: before ?? 0, capacity };
    }),
  };
  return { body, wrong };
}
