// The language of every text, chosen by the person at this browser.
import { Select } from "@mantine/core";
import { IconLanguage } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { isLanguage, LANGUAGES } from "@/locales/languages";
import { changeLanguage } from "@/locales/texts";

export function LanguageChoice() {
  const { t, i18n } = useTranslation();
  return (
    <Select
      size="xs"
      aria-label={t("language.label")}
      leftSection={<IconLanguage size={15} aria-hidden />}
      allowDeselect={false}
      comboboxProps={{ withinPortal: false }}
      value={i18n.language}
      data={LANGUAGES.map(({ code, name }) => ({ value: code, label: name }))}
      onChange={(code) => isLanguage(code) && void changeLanguage(code)}
    />
  );
}
