import { expect, test } from "vitest";
import { leadsTo } from "./push";

test("a message leads nowhere but into this exchange", () => {
  const origin = "https://cho.example";
  expect(leadsTo("/app/don-hang?xem=1", origin)).toBe(`${origin}/app/don-hang?xem=1`);
  for (const link of [null, "", "https://elsewhere.example/", "//elsewhere.example/x", "/\\elsewhere.example", "javascript:1"]) expect(leadsTo(link, origin), String(link)).toBe(`${origin}/app/`);
});
