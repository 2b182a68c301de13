// Texts of the screens, in the language that was chosen. A language that lacks a text fails the unit tests, so nothing falls back.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { LANGUAGES, type Language, preferredLanguage, rememberLanguage } from "./languages";

async function load(code: Language): Promise<void> {
  if (i18next.hasResourceBundle(code, "translation")) return;
  const language = LANGUAGES.find((each) => each.code === code) ?? LANGUAGES[0];
  i18next.addResourceBundle(code, "translation", await language.load());
}

/** Ready when the texts of the preferred language are there. */
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
