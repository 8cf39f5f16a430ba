import { expect, test } from "vitest";
import { faults, nextDay, ordered, spans } from "./hours";

const line = (weekday: number, opens: string, closes: string) => ({ weekday, opens, closes });

test("days that follow one another with the same hours are one line; two shifts of a day are two", () => {
  const week = [1, 2, 3, 4, 5].flatMap((day) => [line(day, "13:00", "17:00"), line(day, "07:00", "11:00")]);
  expect(spans([line(7, "07:00", "11:00"), ...week])).toEqual([
    { from: 1, to: 5, opens: "07:00", closes: "11:00" },
    { from: 1, to: 5, opens: "13:00", closes: "17:00" },
    { from: 7, to: 7, opens: "07:00", closes: "11:00" },
  ]);
});

test("a line that ends before it begins, or meets another of its day, is marked where it stands", () => {
  const marked = faults([line(1, "07:00", "11:00"), line(1, "10:00", "12:00"), line(2, "10:00", "12:00"), line(3, "12:00", "10:00"), line(4, "", "10:00"), line(1, "11:00", "13:00")]);
  expect(marked.map((fault) => fault !== undefined)).toEqual([false, true, false, true, true, true]);
});

test("the next line begins on the first free day", () => {
  expect(nextDay([])).toBe(1);
  expect(nextDay([line(1, "07:00", "11:00"), line(3, "07:00", "11:00")])).toBe(2);
  expect(ordered([line(2, "07:00", "11:00"), line(1, "13:00", "17:00"), line(1, "07:00", "11:00")]).map(({ weekday, opens }) => `${weekday} ${opens}`)).toEqual(["1 07:00", "1 13:00", "2 07:00"]);
});
