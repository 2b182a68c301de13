// Signing in with e-mail and password. Shows the demonstration's credentials when the server offers them.
import { Alert, Anchor, Button, Code, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import type { Login, SignedOut } from "@/api/types";
import { fieldErrors, useProblemText } from "@/ui/problem";
import { LoginFrame } from "./LoginFrame";
import { OtherWays, Refusal } from "./OtherWays";

export function SignIn({ demo }: { demo: SignedOut["demo"] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const form = useForm({
    initialValues: { email: "", password: "" },
    validate: {
      email: (value) => (value.trim() ? null : t("form.required")),
      password: (value) => (value ? null : t("form.required")),
    },
  });

  const send = async (values: { email: string; password: string }) => {
    setBusy(true);
    setFailed(null);
    try {
      const answer = await http.post<Login>("/session", { ...values, email: values.email.trim() });
      client.setQueryData(keys.login, answer);
    } catch (error) {
      if (!fieldErrors(error, form).onFields) setFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <LoginFrame title={t("login.title")} lead={t("login.lead")}>
      <form onSubmit={form.onSubmit(send)} noValidate>
        <Stack>
          <Refusal />
          {demo && (
            <Alert variant="light" title={t("login.demo")}>
              <Stack gap={6} align="flex-start">
                <Text size="sm">
                  {t("login.email")}: <Code>{demo.email}</Code>
                  <br />
                  {t("login.password")}: <Code>{demo.password}</Code>
                </Text>
                <Button size="xs" variant="default" loading={busy} onClick={() => void send(demo)}>
                  {t("login.useDemo")}
                </Button>
              </Stack>
            </Alert>
          )}
          <TextInput
            label={t("login.email")}
            type="email"
            autoComplete="username"
            autoFocus
            {...form.getInputProps("email")}
          />
          <PasswordInput
            label={t("login.password")}
            autoComplete="current-password"
            visibilityToggleButtonProps={{ "aria-label": t("login.show") }}
            {...form.getInputProps("password")}
          />
          {failed && (
            <Alert color="red" variant="light" role="alert">
              {failed}
            </Alert>
          )}
          <Button type="submit" loading={busy} fullWidth>
            {t("login.signIn")}
          </Button>
          <Anchor href="/forgot-password" size="sm" ta="center" underline="always">
            {t("reset.forgot")}
          </Anchor>
          <OtherWays
            email={form.values.email}
            onNoEmail={() => form.setFieldError("email", t("signIn.emailFirst"))}
          />
        </Stack>
      </form>
    </LoginFrame>
  );
}
