// A redemption code to hand over: shown this once.
import { Button, Code, Group, Modal, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { RedemptionCode } from "@/api/types";
import { Timestamp } from "@/ui/Values";

export function CodeDialog({ code, onClose }: { code: RedemptionCode; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("driver.codeTitle")}
      closeButtonProps={{ "aria-label": t("form.close") }}
    >
      <Stack gap="md">
        <Text>{t("driver.codeText", { address: `${window.location.origin}/redeem` })}</Text>
        <Code fz="xl" ta="center" p="md" data-testid="code">
          {code.code}
        </Code>
        <Text size="sm" c="dimmed">
          {t("driver.codeUntil")} <Timestamp at={code.expires_at} />
        </Text>
        <Group justify="flex-end">
          <Button onClick={onClose}>{t("form.close")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
