import { expect, test } from "vitest";
import { type Position, area, closed, outline, position } from "./border";

const square: Position[] = [[105.8, 21.5], [105.801, 21.5], [105.801, 21.501], [105.8, 21.501]];

test("a walk is closed, and a corner marked twice is one", () => {
  expect(closed(square.slice(0, 2))).toBeUndefined();
  const walked = closed([square[0]!, square[0]!, ...square.slice(1), square[0]!]);
  expect(walked?.coordinates[0]).toEqual([...square, square[0]]);
});

test("the area is the server's: 111.19 m by 103.46 m", () => {
  const field = closed(square)!;
  expect(area(field)).toBeGreaterThan(11_495);
  expect(area(field)).toBeLessThan(11_515);
  const around = closed([...square].reverse())!;
  expect(area(around)).toBe(area(field));
  const pond: Position[] = [[105.8004, 21.5004], [105.8006, 21.5004], [105.8006, 21.5006], [105.8004, 21.5006], [105.8004, 21.5004]];
  expect(area(field) - area({ ...field, coordinates: [...field.coordinates, pond] })).toBeCloseTo(460, -1);
});

test("a phone's digits are rounded to a centimetre", () => {
  expect(position({ longitude: 105.123456789, latitude: 21.987654321 })).toEqual([105.1234568, 21.9876543]);
});

test("the drawing fits its frame", () => {
  const numbers = outline(closed(square)!)!.match(/[\d.]+/g)!.map(Number);
  expect(Math.min(...numbers)).toBe(5);
  expect(Math.max(...numbers)).toBe(95);
  expect(outline({ type: "Point", coordinates: [105.8, 21.5] })).toBeUndefined();
});
