// The addresses a charger may be given, each said to be encrypted or not; the first also as a QR code, for chargers that are set up
// by phone.
import { Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CopyLine } from "@/ui/Copy";
import { QrCode } from "@/ui/QrCode";

/** `/ocpp/7/KIE-001` carries the organisation's number before the identity. */
const hasNumber = (url: string): boolean => /\/ocpp\/\d+\/[^/]+$/.test(url);

export function Addresses({ urls }: { urls: string[] }) {
  const { t } = useTranslation();
  const first = urls[0];
  return (
    <Group gap="md" align="flex-start">
      <Stack gap="sm" style={{ flex: "1 1 280px", minWidth: 0 }}>
        {urls.map((url) => {
          const label = t(url.startsWith("wss:") ? "connect.secure" : "connect.plain");
          return (
            <CopyLine
              key={url}
              label={hasNumber(url) ? `${label}, ${t("connect.numbered")}` : label}
              text={url}
            />
          );
        })}
        <Text size="sm" c="dimmed">
          {t(urls.some((url) => url.startsWith("wss:")) ? "connect.which" : "connect.onlyPlain")}
        </Text>
      </Stack>
      {first && <QrCode text={first} label={t("connect.qr", { address: first })} size={132} />}
    </Group>
  );
}
