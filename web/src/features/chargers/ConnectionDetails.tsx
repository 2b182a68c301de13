// What has to be entered in the charger: its address and, shown this once, its password.
import { Alert, Button, Modal, Stack, Text } from "@mantine/core";
import { IconEyeOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { NewStation } from "@/api/types";
import { CopyLine } from "@/ui/Copy";
import { Addresses } from "./Addresses";
import { Commissioning } from "./Commissioning";

interface ConnectionDetailsProps {
  station: NewStation | null;
  onClose: () => void;
}

export function ConnectionDetails({ station, onClose }: ConnectionDetailsProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={station !== null}
      onClose={onClose}
      title={t("connect.title", { charger: station?.identity })}
      size="lg"
      closeOnClickOutside={false}
      closeButtonProps={{ "aria-label": t("form.close") }}
    >
      {station && (
        <Stack>
          <Text>{t("connect.text")}</Text>
          <Addresses urls={station.connection_urls} />
          <CopyLine label={t("connect.identity")} text={station.identity} />
          {station.password && (
            <>
              <CopyLine label={t("connect.password")} text={station.password} />
              <Alert color="orange" variant="light" icon={<IconEyeOff size={18} />}>
                {t("connect.once")}
              </Alert>
            </>
          )}
          {station.security_profile === 0 && (
            <Alert color="orange" variant="light">
              {t("profile.warningText")}
            </Alert>
          )}
          <Commissioning id={station.id} />
          <Button onClick={onClose} style={{ alignSelf: "flex-end" }}>
            {t("connect.done")}
          </Button>
        </Stack>
      )}
    </Modal>
  );
}
