// Whom a driver asks, when somebody answers, and what he can try himself outside these hours.
import { Group, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { SupportContact } from "@/api/types";
import { HoursEditor } from "./HoursEditor";

export const NO_SUPPORT: SupportContact = { phone: null, email: null, hours: null, restart_steps: null };

interface SupportFieldsProps {
  value: SupportContact;
  onChange: (value: SupportContact) => void;
  /** What holds where a field is empty. */
  otherwise?: SupportContact;
  errors?: Record<string, string>;
}

export function SupportFields({ value, onChange, otherwise, errors = {} }: SupportFieldsProps) {
  const { t } = useTranslation();
  const text = (name: "phone" | "email" | "restart_steps") => ({
    value: value[name] ?? "",
    onChange: (event: { currentTarget: { value: string } }) =>
      onChange({ ...value, [name]: event.currentTarget.value || null }),
    error: errors[name],
    placeholder: otherwise?.[name] ?? undefined,
  });
  return (
    <Stack gap="sm">
      <Group grow align="flex-start">
        <TextInput label={t("support.phone")} type="tel" autoComplete="off" {...text("phone")} />
        <TextInput label={t("support.email")} type="email" autoComplete="off" {...text("email")} />
      </Group>
      <div>
        <Text size="sm" fw={500} mb={4}>
          {t("support.hours")}
        </Text>
        <HoursEditor
          label={t("support.hours")}
          value={value.hours}
          onChange={(hours) => onChange({ ...value, hours })}
          unknown={t("support.hoursUnknown")}
        />
      </div>
      <Textarea
        label={t("support.restart")}
        description={t("support.restartHelp")}
        autosize
        minRows={3}
        maxLength={2000}
        {...text("restart_steps")}
      />
    </Stack>
  );
}
