// The addresses a charger may be given, each said to be encrypted or not.
import { useTranslation } from "react-i18next";
import { CopyLine } from "@/ui/Copy";

/** `/ocpp/7/KIE-001` carries the organisation's number before the identity. */
const hasNumber = (url: string): boolean => /\/ocpp\/\d+\/[^/]+$/.test(url);

export function Addresses({ urls }: { urls: string[] }) {
  const { t } = useTranslation();
  return urls.map((url) => {
    const label = t(url.startsWith("wss:") ? "connect.secure" : "connect.plain");
    return (
      <CopyLine key={url} label={hasNumber(url) ? `${label}, ${t("connect.numbered")}` : label} text={url} />
    );
  });
}
