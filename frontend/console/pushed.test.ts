import { expect, test } from "vitest";
import { read, target } from "./pushed";

const ORIGIN = "https://cho.example.vn";

test("what the exchange writes is read, and nothing else", () => {
  const told = { id: "1", title: "Chợ Quê: tiền", body: "Đã nhận 45.000 ₫", link: "/don-hang/1" };
  expect(read(JSON.stringify(told))).toEqual(told);
  expect(read(JSON.stringify({ ...told, link: undefined }))).toEqual({ ...told, link: null });
  for (const other of ["", "x", "null", "[]", "{}", JSON.stringify({ ...told, body: 5 })]) expect(read(other)).toBeUndefined();
});

test("a tap leads to a page of this exchange", () => {
  expect(target("/don-hang/1", ORIGIN, "/app/")).toBe(`${ORIGIN}/don-hang/1`);
  for (const elsewhere of [null, "https://example.org/", "//example.org", "javascript:alert(1)", "http://["]) {
    expect(target(elsewhere, ORIGIN, "/app/")).toBe(`${ORIGIN}/app/`);
  }
});
