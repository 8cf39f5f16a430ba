import { expect, test } from "vitest";
import { motif } from "./motifs";

test("every group of the categories is drawn, and an unknown one has the carrying pole", () => {
  const other = motif("no-such-group");
  expect(other).toMatch(/^<svg class="motif"[\s\S]*<\/svg>$/);
  for (const group of ["tea", "grain", "fruit", "veg", "meat", "honey", "herb", "drink", "craft", "flower", "tourism"]) {
    expect(motif(`${group}-any`)).toMatch(/^<svg class="motif"/);
    expect(motif(group), group).not.toBe(other);
  }
});
