// How a charger proves who it is. "No password" has to be chosen consciously and is marked wherever it is shown.
import { Alert, Radio, Stack } from "@mantine/core";
import { IconLockOpen } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ToneBadge } from "@/ui/StatusBadge";

const CHOICES = ["1", "2", "0"] as const;

export function NoPassword({ profile }: { profile: number }) {
  const { t } = useTranslation();
  return profile === 0 ? <ToneBadge tone="amber">{t("profile.none")}</ToneBadge> : null;
}

interface SecurityChoiceProps {
  value?: string;
  onChange: (value: string) => void;
  error?: React.ReactNode;
}

export function SecurityChoice({ value, onChange, error }: SecurityChoiceProps) {
  const { t } = useTranslation();
  return (
    <Radio.Group label={t("profile.label")} value={value} onChange={onChange} error={error}>
      <Stack gap="xs" mt={6}>
        {CHOICES.map((choice) => (
          <Radio
            key={choice}
            value={choice}
            label={t(`profile.choice.${choice}`)}
            description={t(`profile.help.${choice}`)}
          />
        ))}
      </Stack>
      {value === "0" && (
        <Alert
          color="orange"
          variant="light"
          mt="sm"
          icon={<IconLockOpen size={18} />}
          title={t("profile.warning")}
        >
          {t("profile.warningText")}
        </Alert>
      )}
    </Radio.Group>
  );
}
