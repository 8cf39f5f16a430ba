import { describe, expect, test } from "vitest";
import { matches, readDong, readPhone, readQuantity } from "./typed";

describe("money", () => {
  test.each([
    ["350000", 350_000],
    ["350.000", 350_000],
    [" 1.250.000 ₫ ", 1_250_000],
    ["1 250 000", 1_250_000],
    ["45,000đ", 45_000],
  ])("%s is %d đồng", (text, amount) => expect(readDong(text)).toBe(amount));

  test.each(["", "0", "-5", "1.5", "1,5", "12.34.567", "ba trăm", "1e6", "9999999999999999"])("%s is no price", (text) => {
    expect(readDong(text)).toBeUndefined();
  });
});

describe("how much", () => {
  test.each([
    ["12", "12"],
    ["1,5", "1.5"],
    ["1.5", "1.5"],
    ["0.500", "0.5"],
    ["1.500", "1500"],
    ["1.500,250", "1500.25"],
    ["007", "7"],
    ["10.0", "10"],
  ])("%s is %s", (text, value) => expect(readQuantity(text)).toBe(value));

  test.each(["", "0", "0,0", "-1", "1,2345", "1e3", "mười", "1.500.20", ".5"])("%s is nothing", (text) => {
    expect(readQuantity(text)).toBeUndefined();
  });
});

test("words are found without their marks, wherever they stand", () => {
  expect(matches("Chè đinh, nõn tôm", "che din")).toBe(true);
  expect(matches("Chè đinh, nõn tôm", "tôm chè")).toBe(true);
  expect(matches("Ngân hàng TMCP Đầu tư (BIDV)", "bidv")).toBe(true);
  expect(matches("Chè đinh", "cà phê")).toBe(false);
  expect(matches("Chè đinh", "")).toBe(true);
});

test.each([
  ["0912 345 678", "0912345678"],
  ["+84 912.345.678", "0912345678"],
  ["84912345678", "0912345678"],
  ["912345678", undefined],
  ["", undefined],
  ["09123456789", undefined],
])("%j is the number %j", (typed, read) => expect(readPhone(typed)).toBe(read));
