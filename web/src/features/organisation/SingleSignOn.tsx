// Single sign-on: the organisation's own provider vouches for its people.
import {
  Alert,
  Button,
  Checkbox,
  Group,
  PasswordInput,
  Select,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SingleSignOn as Found } from "@/api/types";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { CopyLine } from "@/ui/Copy";
import { Failure } from "@/ui/Failure";
import { Panel } from "@/ui/Panel";
import { fieldErrors, notifyDone, useProblemText } from "@/ui/problem";
import { ToneBadge } from "@/ui/StatusBadge";
import { Waiting } from "@/ui/Waiting";
import { singleSignOnOptions, useProviderWrites } from "./queries";

/** Whom people who come uninvited may become; administrators are invited one by one. */
const ROLES = ["operator", "support", "maintenance"];

function ProviderForm({ found }: { found: Found }) {
  const { t } = useTranslation();
  const { provider } = found;
  const { set, end } = useProviderWrites();
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const [ending, ask] = useDisclosure(false);
  const form = useForm({
    initialValues: {
      issuer: provider?.issuer ?? "",
      client_id: provider?.client_id ?? "",
      client_secret: "",
      domains: provider?.domains ?? [],
      default_role: provider?.default_role ?? "",
      required: provider?.required ?? false,
    },
    validate: {
      issuer: (value) => (value.trim() ? null : t("form.required")),
      client_id: (value) => (value.trim() ? null : t("form.required")),
      client_secret: (value) => (value || provider ? null : t("form.required")),
      domains: (value) => (value.length > 0 ? null : t("form.required")),
    },
  });
  const send = form.onSubmit(async ({ client_secret, default_role, ...rest }) => {
    setBusy(true);
    setFailed(null);
    try {
      const secret = client_secret ? { client_secret } : {};
      await set({ ...rest, ...secret, default_role: default_role || null }, provider?.version);
      notifyDone(t("form.saved"));
    } catch (error) {
      if (!fieldErrors(error, form).onFields) setFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  });
  return (
    <form onSubmit={send} noValidate>
      <Stack maw={560}>
        <CopyLine label={t("signIn.returnAddress")} text={found.return_address} />
        <TextInput
          label={t("signIn.issuer")}
          description={t("signIn.issuerHelp")}
          placeholder="https://login.example.com"
          spellCheck={false}
          {...form.getInputProps("issuer")}
        />
        <TextInput
          label={t("signIn.clientId")}
          spellCheck={false}
          autoComplete="off"
          {...form.getInputProps("client_id")}
        />
        <PasswordInput
          label={t("signIn.clientSecret")}
          description={provider ? t("signIn.secretKept") : t("signIn.secretHelp")}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ "aria-label": t("login.show") }}
          {...form.getInputProps("client_secret")}
        />
        <TagsInput
          label={t("signIn.domains")}
          description={t("signIn.domainsHelp")}
          placeholder={form.values.domains.length === 0 ? "example.com" : undefined}
          acceptValueOnBlur
          {...form.getInputProps("domains")}
        />
        <Select
          label={t("signIn.defaultRole")}
          description={t("signIn.defaultRoleHelp")}
          data={[
            { value: "", label: t("signIn.onlyInvited") },
            ...ROLES.map((role) => ({ value: role, label: t(`role.${role}`) })),
          ]}
          allowDeselect={false}
          {...form.getInputProps("default_role")}
        />
        <Checkbox
          label={t("signIn.required")}
          description={t("signIn.requiredHelp")}
          {...form.getInputProps("required", { type: "checkbox" })}
        />
        {failed && (
          <Alert color="red" variant="light" role="alert">
            {failed}
          </Alert>
        )}
        <Group>
          <Button type="submit" loading={busy} disabled={!form.isDirty()}>
            {t("signIn.save")}
          </Button>
          {provider && (
            <Button variant="default" onClick={ask.open}>
              {t("signIn.end")}
            </Button>
          )}
        </Group>
      </Stack>
      <ConfirmAction
        opened={ending}
        onClose={ask.close}
        title={t("signIn.end")}
        consequence={t("signIn.endText")}
        confirmLabel={t("signIn.end")}
        onConfirm={end}
      />
    </form>
  );
}

export function SingleSignOn() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(singleSignOnOptions);
  const on = data?.provider != null;
  return (
    <Panel
      title={t("signIn.title")}
      aside={
        data && <ToneBadge tone={on ? "green" : "grey"}>{t(on ? "operators.on" : "operators.off")}</ToneBadge>
      }
    >
      <Text c="dimmed" mb="sm" maw={560}>
        {t("signIn.lead")}
      </Text>
      {error && !data ? <Failure error={error} retry={() => void refetch()} /> : !data && <Waiting />}
      {data && <ProviderForm key={data.provider?.version ?? 0} found={data} />}
    </Panel>
  );
}
