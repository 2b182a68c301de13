// A read that failed: what happened and a way to try again.
import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useProblemText } from "./problem";

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const text = useProblemText();
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertCircle size={18} />}
      title={t("failure.title")}
      role="alert"
    >
      <Group justify="space-between" gap="sm">
        <Text size="sm">{text(error)}</Text>
        {retry && (
          <Button size="xs" variant="default" onClick={retry}>
            {t("failure.retry")}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
