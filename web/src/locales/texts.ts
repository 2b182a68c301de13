// Texts of the screens, in the language that was chosen. A language that lacks a text fails the unit tests, so nothing falls back.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { LANGUAGES, type Language, preferredLanguage, rememberLanguage } from "./languages";

type Part = "load" | "rest";

/** What has been fetched. */
const fetched = new Set<string>();
/** Somebody is or was signed in: every text is needed. */
let whole = false;

async function fetchPart(code: Language, part: Part): Promise<void> {
  const name = `${code} ${part}`;
  if (fetched.has(name)) return;
  const language = LANGUAGES.find((each) => each.code === code) ?? LANGUAGES[0];
  i18next.addResourceBundle(code, "translation", await language[part](), true);
  fetched.add(name);
}

const load = (code: Language) =>
  Promise.all(
    (whole ? ["load" as const, "rest" as const] : ["load" as const]).map((part) => fetchPart(code, part)),
  );

/** Ready when the texts of the preferred language are there that one reads before signing in. */
export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: {},
    lng: "en",
    fallbackLng: false,
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await show(preferredLanguage());
}

/** What `screen` resolves to, when every text is there too. */
export async function withTexts<T>(screen: Promise<T>): Promise<T> {
  whole = true;
  const [found] = await Promise.all([screen, load(i18next.language as Language)]);
  return found;
}

async function show(code: Language): Promise<void> {
  await load(code);
  await i18next.changeLanguage(code);
  document.documentElement.lang = code;
}

/** Shows everything in another language from now on, also at the next visit of this browser. */
export async function changeLanguage(code: Language): Promise<void> {
  await show(code);
  rememberLanguage(code);
}
