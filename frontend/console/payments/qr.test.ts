import { expect, test } from "vitest";
import { draw } from "./qr";
import { vietQr } from "./vietqr";

test("a QR has its quiet zone and its three corners", () => {
  const { side, path } = draw(vietQr({ bin: "970436", account: "1045925926", amount: 45_000, memo: "CQXLSGMJHMJ" }));
  const dark = new Set<string>();
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let step = 0; step < Number(run); step += 1) dark.add(`${Number(x) + step} ${y}`);
  }
  expect((side - 8 - 17) % 4, "a version's size").toBe(0);
  for (let place = 0; place < side; place += 1) {
    for (const edge of [0, 1, 2, 3]) expect(dark.has(`${place} ${edge}`) || dark.has(`${edge} ${place}`)).toBe(false);
  }
  for (const [x, y] of [[4, 4], [side - 11, 4], [4, side - 11]] as const) {
    const row = Array.from({ length: 7 }, (_, step) => dark.has(`${x + step} ${y + 2}`));
    expect(row).toEqual([true, false, true, true, true, false, true]);
  }
});
