// A redemption code to hand over: shown this once.
import { Button, Code, Group, Modal, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Timestamp } from "@/ui/Values";

interface CodeDialogProps {
  code: { code?: string | null; expires_at?: string | null };
  /** What the code leads to: joining, or a charger at home. */
  to?: "driver" | "home";
  onClose: () => void;
}

export function CodeDialog({ code, to = "driver", onClose }: CodeDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(`${to}.codeTitle`)}
      closeButtonProps={{ "aria-label": t("form.close") }}
    >
      <Stack gap="md">
        <Text>{t(`${to}.codeText`, { address: `${window.location.origin}/redeem` })}</Text>
        <Code fz="xl" ta="center" p="md" data-testid="code">
          {code.code}
        </Code>
        <Text size="sm" c="dimmed">
          {t(`${to}.codeUntil`)} <Timestamp at={code.expires_at} />
        </Text>
        <Group justify="flex-end">
          <Button onClick={onClose}>{t("form.close")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
