import { expect, test } from "vitest";
import { fit } from "./photo";

test.each([
  [4000, 3000, 2048, 1536],
  [3000, 4000, 1536, 2048],
  [2048, 2048, 2048, 2048],
  [800, 600, 800, 600],
  [12_000, 9, 2048, 2],
  [30_000, 1, 2048, 1],
])("%d × %d becomes %d × %d", (width, height, wide, high) => {
  expect(fit(width, height)).toEqual({ width: wide, height: high });
});

test("a thumbnail fits its own square", () => expect(fit(4000, 3000, 192)).toEqual({ width: 192, height: 144 }));
