import { expect, test } from "vitest";
import { inWords, spoken } from "./spoken";

test("amounts are said in full", () => {
  const rows: [number, string][] = [
    [0, "không"],
    [200, "hai trăm"],
    [1_005, "một nghìn không trăm linh năm"],
    [15_000, "mười lăm nghìn"],
    [21_000, "hai mươi mốt nghìn"],
    [45_000, "bốn mươi lăm nghìn"],
    [105_000, "một trăm linh năm nghìn"],
    [200_000, "hai trăm nghìn"],
    [1_250_500, "một triệu hai trăm năm mươi nghìn năm trăm"],
    [2_000_010, "hai triệu không trăm mười"],
    [3_000_000_000, "ba tỷ"],
  ];
  for (const [amount, words] of rows) expect(inWords(amount), String(amount)).toBe(words);
  expect(spoken(45_000)).toBe("Đã nhận bốn mươi lăm nghìn đồng");
});
