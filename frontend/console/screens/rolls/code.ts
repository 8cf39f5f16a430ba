// The code of a sticker: eight characters and a check character that finds every slip, as the server makes them.

/** No vowels, and nothing that looks like something else in print. */
const LETTERS = "23456789BCDFGHJKLMNPQRSTVWX";

/** The code in what was typed or scanned (the code itself, or the short link that holds it); `undefined`: there is none. */
export function readCode(text: string): string | undefined {
  const trimmed = text.trim();
  const [, linked] = /\/t\/([^/?#]+)/i.exec(trimmed) ?? [];
  const code = (linked ?? trimmed).replace(/[\s.-]/g, "").toUpperCase();
  return code.length === 9 && code[8] === checkCharacter(code.slice(0, 8)) ? code : undefined;
}

/** The sum of the letters' places, weighted by powers of 5, modulo 27. */
function checkCharacter(body: string): string | undefined {
  let sum = 0;
  let weight = 5;
  for (const letter of body) {
    const place = LETTERS.indexOf(letter);
    if (place < 0) return undefined;
    sum = (sum + weight * place) % 27;
    weight = (weight * 5) % 27;
  }
  return LETTERS[sum];
}
