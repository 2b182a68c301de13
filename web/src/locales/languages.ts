// The languages of the application. Each is a folder of the same files; all files of a folder are one dictionary, fetched in two
// parts when the language is chosen: what one reads before signing in, and the rest.

export type Dictionary = Record<string, unknown>;

type Files = Record<string, { default: Dictionary }>;

const merged = (files: Files): Dictionary =>
  Object.assign({}, ...Object.values(files).map((file) => file.default));

const each = (load: () => Promise<{ files: Files }>) => async () => merged((await load()).files);

export const LANGUAGES = [
  {
    code: "en",
    name: "English",
    locale: "en-GB",
    load: each(() => import("./en")),
    rest: each(() => import("./en/rest")),
  },
  {
    code: "de",
    name: "Deutsch",
    locale: "de-DE",
    load: each(() => import("./de")),
    rest: each(() => import("./de/rest")),
  },
  {
    code: "da",
    name: "Dansk",
    locale: "da-DK",
    load: each(() => import("./da")),
    rest: each(() => import("./da/rest")),
  },
] as const;

export type Language = (typeof LANGUAGES)[number]["code"];

const STORED = "forecourt.language";

export function isLanguage(code: string | null | undefined): code is Language {
  return LANGUAGES.some((language) => language.code === code);
}

/** What was chosen here before, else the first of the browser's languages that we speak. */
export function preferredLanguage(): Language {
  const stored = localStorage.getItem(STORED);
  if (isLanguage(stored)) return stored;
  const wanted = navigator.languages.map((tag) => tag.split("-")[0]);
  return wanted.find(isLanguage) ?? "en";
}

export function rememberLanguage(code: Language): void {
  localStorage.setItem(STORED, code);
}
