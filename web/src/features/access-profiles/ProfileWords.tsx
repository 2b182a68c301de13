// An access profile in words: where it holds, whom it admits, when, at which price.
import { useTranslation } from "react-i18next";
import type { AccessProfileRules } from "@/api/types";
import { weekdayNames } from "@/lib/weekdays";
import { Facts } from "@/ui/Facts";
import { useLocale } from "@/ui/Values";
import type { Choices } from "./queries";

const NAMES_SHOWN = 4;

/** Where, in as few words as possible: "1 site" means the site with all its chargers. */
export function usePlacesText(): (rules: AccessProfileRules) => string {
  const { t } = useTranslation();
  const locale = useLocale();
  return ({ places }) => {
    if (places.everywhere) return t("accessProfile.everywhere");
    const parts = [
      places.sites.length > 0 && t("accessProfile.siteCount", { count: places.sites.length }),
      places.stations.length > 0 && t("accessProfile.chargerCount", { count: places.stations.length }),
      places.evses.length > 0 && t("accessProfile.plugCount", { count: places.evses.length }),
    ].filter((each) => each !== false);
    return parts.length > 0
      ? new Intl.ListFormat(locale, { type: "conjunction" }).format(parts)
      : t("accessProfile.nowhere");
  };
}

export function usePeopleText(choices: Choices): (rules: AccessProfileRules) => string {
  const { t } = useTranslation();
  return ({ people }) => {
    const groups = people.groups.map((id) => choices.groups.find((each) => each.id === id)?.name ?? id);
    const drivers = people.drivers.map((id) => choices.drivers.find((each) => each.id === id)?.name ?? id);
    const names = [...(people.public ? [t("accessProfile.public")] : []), ...groups, ...drivers];
    if (names.length === 0) return t("accessProfile.nobody");
    const rest = names.length - NAMES_SHOWN;
    const shown = names.slice(0, NAMES_SHOWN).join(", ");
    return rest > 0 ? t("accessProfile.andMore", { names: shown, count: rest }) : shown;
  };
}

export function useTimesText(): (rules: AccessProfileRules) => string {
  const { t } = useTranslation();
  const locale = useLocale();
  return ({ times }) =>
    times.length === 0
      ? t("accessProfile.always")
      : times
          .map(({ weekdays, from, to }) => {
            const days =
              weekdays && weekdays.length > 0 ? weekdayNames(weekdays, locale) : t("accessProfile.daily");
            return `${days} ${from}–${to}`;
          })
          .join("; ");
}

export function ProfileWords({ rules, choices }: { rules: AccessProfileRules; choices: Choices }) {
  const { t } = useTranslation();
  const [places, people, times] = [usePlacesText(), usePeopleText(choices), useTimesText()];
  const tariff = choices.tariffs.find((each) => each.id === rules.tariff_id)?.name;
  const fee = choices.fees.find((each) => each.id === rules.idle_fee_id)?.name;
  return (
    <Facts
      rows={[
        [t("accessProfile.where"), places(rules)],
        [t("accessProfile.who"), people(rules)],
        [t("accessProfile.when"), times(rules)],
        [t("tariff.one"), tariff ?? t("accessProfile.placeTariff")],
        [t("idleFee.one"), fee ?? t("accessProfile.placeFee")],
      ]}
    />
  );
}
