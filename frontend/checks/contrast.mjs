// Every pair of colours in use is legible in every theme: 4.5 for text, 3 for lines and large type (WCAG 2.2, 1.4.3 and
// 1.4.11). Also: the numbers the living page prints are the real ones, and the scan page's own colours are tokens.
import { readFileSync } from "node:fs";

const read = (name) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
const tokens = read("styles/tokens.css");

/** The hex tokens of the first block whose opening matches. */
function block(opening) {
  const start = tokens.indexOf(opening);
  if (start < 0) throw new Error(`tokens.css has no block ${opening}`);
  const body = tokens.slice(start, tokens.indexOf("}", start));
  return Object.fromEntries([...body.matchAll(/--([a-z-]+): (#[0-9A-F]{6});/g)].map(([, name, hex]) => [name, hex]));
}

const light = block(":root {\n  color-scheme: light");
const themes = {
  light,
  dark: { ...light, ...block(":root {\n    color-scheme: dark") },
  contrast: { ...light, ...block('html[data-contrast="more"] {') },
};
const asked = { ...light, ...block("@media (prefers-contrast: more)") };

function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [dark, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}

const text = {
  ink: ["paper", "surface", "sunk", "tea-tint", "clay-tint", "danger-tint", "info-tint", "honey-tint"],
  muted: ["paper", "surface", "sunk", "tea-tint"],
  tea: ["paper", "surface", "sunk", "tea-tint"],
  "tea-strong": ["paper", "surface", "sunk"],
  clay: ["paper", "surface", "sunk", "clay-tint"],
  danger: ["paper", "surface", "danger-tint"],
  info: ["paper", "surface", "info-tint"],
  star: ["paper", "surface"],
  "on-tea": ["tea", "tea-strong"],
  "on-clay": ["clay"],
  "on-honey": ["honey"],
};
const lines = { line: ["paper", "surface"], danger: ["surface"], tea: ["sunk", "paper"], clay: ["sunk", "honey-tint"] };

const faults = [];
for (const [theme, colours] of Object.entries(themes)) {
  for (const [pairs, least] of [[text, 4.5], [lines, 3]]) {
    for (const [front, grounds] of Object.entries(pairs)) {
      for (const ground of grounds) {
        const ratio = contrast(colours[front], colours[ground]);
        if (ratio < least) faults.push(`${theme}: ${front} on ${ground} is ${ratio.toFixed(2)}, needs ${least}`);
      }
    }
  }
}
if (JSON.stringify(asked) !== JSON.stringify(themes.contrast)) faults.push("the two high-contrast blocks differ");

const printed = [...read("templates/site/style.html").matchAll(/data-pair="(\S+)\/(\S+) (\S+)">([\d,]+)</g)];
if (printed.length === 0) faults.push("the living page prints no contrast");
for (const [, front, ground, theme, number] of printed) {
  const real = contrast(themes[theme][front], themes[theme][ground]).toFixed(1).replace(".", ",");
  if (real !== number) faults.push(`style.html says ${number} for ${front} on ${ground} (${theme}); it is ${real}`);
}

const known = new Set(Object.values(themes).flatMap((colours) => Object.values(colours)));
for (const part of ["scan", "scan-lot", "scan-form", "scan-verdicts"]) {
  // A colour may be seen through: what follows the six digits is how far.
  for (const [hex] of read(`styles/${part}.css`).matchAll(/#[0-9A-Fa-f]{3,8}\b/g)) {
    if (!known.has(hex.slice(0, 7))) faults.push(`${part}.css uses ${hex}, which is no token`);
  }
}

if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}
console.log(`contrast: ${printed.length} printed numbers and every pair hold in ${Object.keys(themes).length} themes`);
