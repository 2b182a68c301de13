// The organisation's logo: on every page, the login page and receipts.
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Profile } from "@/api/types";
import { PicturePanel } from "@/ui/PicturePanel";
import { logoUrl, useProfileWrites } from "./queries";

export function LogoPanel({ profile }: { profile: Profile }) {
  const { t } = useTranslation();
  const { setLogo, removeLogo } = useProfileWrites();
  return (
    <PicturePanel
      title={t("org.logo")}
      src={profile.has_logo ? logoUrl(profile.version) : null}
      alt={t("org.logo")}
      none={t("org.noLogo")}
      help={t("org.logoHelp")}
      choose={t("org.chooseLogo")}
      remove={t("org.removeLogo")}
      mayEdit={useMay("organisation")}
      onChoose={setLogo}
      onRemove={removeLogo}
      image={{ w: 140, h: 140 }}
    />
  );
}
