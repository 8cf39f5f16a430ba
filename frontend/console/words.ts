// Texts of the console: the Fluent files the pages use too, those whose name begins with `console`.
import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";
import { cookie } from "./preferences";

const sources = import.meta.glob<string>("../locales/*/console*.ftl", { query: "?raw", import: "default", eager: true });

export const language: "vi" | "en" = cookie("lang") === "en" ? "en" : "vi";

const bundle = new FluentBundle(language, { useIsolating: false });
for (const [path, source] of Object.entries(sources)) {
  if (path.includes(`/${language}/`)) bundle.addResource(new FluentResource(source));
}

/** The text under `id` with `values` put in. An id without a text shows itself; `npm run check` finds it first. */
export function t(id: string, values?: Record<string, FluentVariable>): string {
  const message = bundle.getMessage(id);
  return message?.value ? bundle.formatPattern(message.value, values) : id;
}
