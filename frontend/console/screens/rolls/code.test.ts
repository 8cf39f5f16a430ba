import { expect, test } from "vitest";
import { readCode } from "./code";

// Made by the server: ShortCode::from_bits(0), (1), (99) and (u64::MAX).
const KNOWN = ["222222222", "322222227", "N52222225", "VSRRK8SDS"];

test("codes of the server's are read as people and cameras give them", () => {
  for (const code of KNOWN) {
    expect(readCode(code)).toBe(code);
    expect(readCode(` ${code.slice(0, 3)} ${code.slice(3, 6)}-${code.slice(6).toLowerCase()} `)).toBe(code);
    expect(readCode(`https://id.example.vn/t/${code}?a=1`)).toBe(code);
  }
});

test("every wrong letter and every swap of neighbours is found", () => {
  for (const code of KNOWN) {
    for (let place = 0; place < 9; place += 1) {
      for (const letter of "23456789BCDFGHJKLMNPQRSTVWX") {
        if (letter !== code[place]) expect(readCode(code.slice(0, place) + letter + code.slice(place + 1))).toBeUndefined();
      }
    }
    for (let place = 0; place < 7; place += 1) {
      const [a, b] = [code[place]!, code[place + 1]!];
      if (a !== b) expect(readCode(code.slice(0, place) + b + a + code.slice(place + 2))).toBeUndefined();
    }
  }
});

test.each(["", "x", "22222222", "2222222222", "AEIOU0123", "https://id.example.vn/01/08938505974019/10/A"])("%j is no code", (text) => {
  expect(readCode(text)).toBeUndefined();
});
