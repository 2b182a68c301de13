// Inviting a person, and giving one other rights.
import { Text, TextInput } from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Member } from "@/api/types";
import { FormDialog } from "@/ui/FormDialog";
import { notifyDone } from "@/ui/problem";
import { useOperatorWrites, useRoles } from "./queries";
import { RightsFields, type RightsValues, rightsInput } from "./RightsFields";

function useRules() {
  const { t } = useTranslation();
  return {
    sites: (value: string[], values: RightsValues) =>
      values.scope === "some" && value.length === 0 ? t("form.required") : null,
    permissions: (value: string[], values: RightsValues) =>
      values.own && value.length === 0 ? t("form.required") : null,
  };
}

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const { invite } = useOperatorWrites();
  const roles = useRoles();
  const start = roles.find((each) => each.role === "maintenance")?.permissions ?? [];
  const form = useForm({
    initialValues: {
      email: "",
      name: "",
      role: "maintenance",
      own: false,
      permissions: start,
      scope: "all",
      sites: [] as string[],
    },
    validate: {
      email: (value: string) => (value.includes("@") ? null : t("form.email")),
      ...useRules(),
    },
  });
  return (
    <FormDialog
      title={t("operators.invite")}
      opened
      size="lg"
      onClose={onClose}
      form={form}
      submitLabel={t("operators.sendInvitation")}
      onSubmit={async (values) => {
        const { email, name } = values;
        const made = await invite({
          email: email.trim(),
          name: name.trim(),
          language: i18n.language,
          ...rightsInput(values),
        });
        notifyDone(t(made.mail ? "operators.invited" : "operators.invitedKept", { email: made.email }));
      }}
    >
      <TextInput
        label={t("operators.email")}
        description={t("operators.emailHelp")}
        type="email"
        required
        data-autofocus
        {...form.getInputProps("email")}
      />
      <TextInput label={t("operators.name")} {...form.getInputProps("name")} />
      <RightsFields form={form as unknown as UseFormReturnType<RightsValues>} />
    </FormDialog>
  );
}

export function EditDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useTranslation();
  const { change } = useOperatorWrites();
  const form = useForm<RightsValues>({
    initialValues: {
      role: member.role,
      own: member.own_permissions,
      permissions: member.permissions,
      scope: member.sites ? "some" : "all",
      sites: member.sites ?? [],
    },
    validate: useRules(),
  });
  return (
    <FormDialog
      title={t("operators.edit", { name: member.name })}
      opened
      size="lg"
      onClose={onClose}
      form={form}
      submitLabel={t("form.save")}
      onSubmit={(values) => change(member.id, rightsInput(values))}
    >
      <Text c="dimmed" size="sm">
        {t("operators.editText")}
      </Text>
      <RightsFields form={form} />
    </FormDialog>
  );
}
