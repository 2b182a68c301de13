// The picture that helps drivers to find the chargers.
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Site } from "@/api/types";
import { PicturePanel } from "@/ui/PicturePanel";
import { useSiteWrites } from "./queries";

export function SiteImage({ site }: { site: Site }) {
  const { t } = useTranslation();
  const { setImage, removeImage } = useSiteWrites();
  return (
    <PicturePanel
      title={t("site.parts.image")}
      src={site.image_url ?? null}
      alt={t("site.imageOf", { site: site.name })}
      none={t("site.noImage")}
      help={t("site.imageHelp")}
      choose={t("site.chooseImage")}
      remove={t("site.removeImage")}
      mayEdit={useMay("network")}
      onChoose={(file) => setImage(site.id, file)}
      onRemove={() => removeImage(site.id)}
      image={{ mah: 320, maw: 560, style: { alignSelf: "flex-start" } }}
    />
  );
}
