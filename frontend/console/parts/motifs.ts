// The pages' category motifs, taken from their template as this is built.
import source from "../../templates/parts/motifs.html?raw";

const drawings = new Map([...source.matchAll(/\{% macro (\w+)\(\) -?%\}\s*(<svg[\s\S]*?<\/svg>)/g)].map(([, name = "", svg = ""]) => [name, svg]));

/** Groups whose drawing has another name. */
const names: Record<string, string> = { veg: "vegetable", tourism: "service" };

/** The drawing of a category id such as `tea-green`: that of its group, which its id begins with. */
export function motif(category = ""): string {
  const group = category.split("-")[0] ?? "";
  return drawings.get(names[group] ?? group) ?? drawings.get("other") ?? "";
}
