// Language, contrast and text size: the cookies that the pages keep, read and written here so that it works offline.

export const PREFERENCES = {
  lang: ["vi", "en"],
  contrast: ["normal", "more"],
  scale: ["small", "normal", "large"],
} as const;

export type Preference = keyof typeof PREFERENCES;

const YEAR_S = 365 * 24 * 60 * 60;

/** The value of a cookie that scripts may read; where there is no page (a worker), there is none. */
export function cookie(name: string): string | undefined {
  const pair = globalThis.document?.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}

export function preferred(name: Preference): string {
  const value = cookie(name);
  const choices: readonly string[] = PREFERENCES[name];
  return value !== undefined && choices.includes(value) ? value : name === "lang" ? "vi" : "normal";
}

export function prefer(name: Preference, value: string): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`;
}

/** Puts the preferences on the page, as the server does on its own. */
export function apply(): void {
  const page = document.documentElement;
  page.lang = preferred("lang");
  page.dataset["contrast"] = preferred("contrast");
  page.dataset["scale"] = preferred("scale");
}
