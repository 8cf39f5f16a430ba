// Every message that a template or the console asks for exists in both languages with the same arguments, and no message
// is left unused.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const faults = [];

/** Ids of one language, each with the sorted names of its arguments. */
function messages(language) {
  const found = new Map();
  for (const name of readdirSync(`${root}locales/${language}`)) {
    const source = readFileSync(`${root}locales/${language}/${name}`, "utf8");
    for (const [, id, body] of source.matchAll(/^([a-z][a-z0-9-]*) =((?:.*\n)(?:[ \t]+.*\n|\n(?=[ \t]))*)/gm)) {
      if (found.has(id)) faults.push(`${language}: ${id} is written twice`);
      found.set(id, [...new Set([...body.matchAll(/\$([a-z]+)/g)].map(([, argument]) => argument))].sort().join(" "));
    }
  }
  return found;
}

const vi = messages("vi");
const en = messages("en");
const used = new Map();
for (const name of readdirSync(`${root}templates`, { recursive: true })) {
  if (!name.endsWith(".html")) continue;
  const source = readFileSync(`${root}templates/${name}`, "utf8");
  for (const [, id, rest] of source.matchAll(/shell\.t[12]?\("([a-z0-9-]+)"((?:, "[a-z]+", (?:"[^"]*"|[\w.*]|\((?:"[^"]*")?\))+)*)\)/g)) {
    used.set(id, [...rest.matchAll(/, "([a-z]+)"/g)].map(([, argument]) => argument).sort().join(" "));
  }
}

// The console asks by `t("id", { argument: … })`, or names an id in a table, or completes a prefix: `t(`prefix-${…}`)`.
// It carries only the files whose name begins with `console`, whose ids begin so too.
const literals = new Set();
const prefixes = new Set();
for (const name of readdirSync(`${root}console`, { recursive: true })) {
  if (!/\.(ts|svelte)$/.test(name) || name.endsWith(".test.ts")) continue;
  const source = readFileSync(`${root}console/${name}`, "utf8");
  for (const [, id, values] of source.matchAll(/\bt\(\s*"([a-z0-9-]+)"(?:,\s*\{([^{}]*)\})?/g)) {
    if (!id.startsWith("console-")) faults.push(`console/${name}: ${id} is no message of the console`);
    const given = [...(values ?? "").matchAll(/(?:^|,)\s*([a-z]+)(?=\s*[:,]|\s*$)/g)].map(([, argument]) => argument);
    used.set(id, given.sort().join(" "));
  }
  for (const [, id] of source.matchAll(/"(console-[a-z0-9-]*[a-z0-9])"/g)) {
    literals.add(id);
    if (!vi.has(id)) faults.push(`console/${name}: vi lacks ${id}`);
  }
  for (const [, text] of source.matchAll(/`(console-[a-z0-9-]*-)\$\{/g)) {
    prefixes.add(text);
    if (![...vi.keys()].some((id) => id.startsWith(text))) faults.push(`console/${name}: no message begins with ${text}`);
  }
}

for (const [id, given] of used) {
  for (const [language, known] of [["vi", vi], ["en", en]]) {
    if (!known.has(id)) faults.push(`${language} lacks ${id}`);
    else if (known.get(id).split(" ").some((argument) => argument && !given.split(" ").includes(argument))) {
      faults.push(`${language}: ${id} wants $${known.get(id)}, it is given ${given || "nothing"}`);
    }
  }
}
for (const id of vi.keys()) if (!en.has(id)) faults.push(`en lacks ${id}`);
for (const id of en.keys()) if (!vi.has(id)) faults.push(`vi lacks ${id}`);
// The server asks for the others: by their whole id, or by a prefix that it completes ("office-{}").
for (const name of readdirSync(`${root}../src`, { recursive: true })) {
  if (!name.endsWith(".rs")) continue;
  const source = readFileSync(`${root}../src/${name}`, "utf8");
  for (const [, text] of source.matchAll(/"([a-z][a-z0-9-]*)"/g)) literals.add(text);
  for (const [, text] of source.matchAll(/"([a-z][a-z0-9-]*-)\{/g)) prefixes.add(text);
}
for (const id of vi.keys()) {
  if (used.has(id) || literals.has(id) || [...prefixes].some((prefix) => id.startsWith(prefix))) continue;
  faults.push(`${id} is asked for by no template and no code`);
}

if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}
console.log(`messages: ${vi.size} in both languages`);
