// Texts of the screens. English is complete; another language is a folder of the same shape.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { en } from "@/locales/en";

void i18next.use(initReactI18next).init({
  resources: { en: { translation: en } },
  lng: "en",
  fallbackLng: "en",
  interpolation: { escapeValue: false },
  returnNull: false,
});
