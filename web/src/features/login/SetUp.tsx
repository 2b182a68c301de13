// The first visit: the one-time code from the server's log makes the first administrator.
import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import type { Login } from "@/api/types";
import { fieldErrors, useProblemText } from "@/ui/problem";
import { LoginFrame } from "./LoginFrame";

/** Characters of a password that the server accepts at least. */
const SHORTEST_PASSWORD = 8;

export function SetUp() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const needed = (value: string) => (value.trim() ? null : t("form.required"));
  const form = useForm({
    initialValues: { code: "", organisation: "", name: "", email: "", password: "" },
    validateInputOnBlur: true,
    validate: {
      code: needed,
      organisation: needed,
      name: needed,
      email: (value) => (value.includes("@") ? null : t("form.email")),
      password: (value) =>
        value.length >= SHORTEST_PASSWORD ? null : t("form.shortPassword", { count: SHORTEST_PASSWORD }),
    },
  });

  const send = form.onSubmit(async (values) => {
    setBusy(true);
    setFailed(null);
    try {
      client.setQueryData(
        keys.login,
        await http.post<Login>("/set-up", { ...values, code: values.code.trim() }),
      );
    } catch (error) {
      if (!fieldErrors(error, form).onFields) setFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  });

  return (
    <LoginFrame title={t("setUp.title")} lead={t("setUp.lead")}>
      <form onSubmit={send} noValidate>
        <Stack>
          <TextInput
            label={t("setUp.code")}
            description={t("setUp.codeHelp")}
            autoComplete="one-time-code"
            autoFocus
            {...form.getInputProps("code")}
          />
          <TextInput
            label={t("setUp.organisation")}
            description={t("setUp.organisationHelp")}
            autoComplete="organization"
            {...form.getInputProps("organisation")}
          />
          <TextInput label={t("setUp.name")} autoComplete="name" {...form.getInputProps("name")} />
          <TextInput
            label={t("login.email")}
            type="email"
            autoComplete="username"
            {...form.getInputProps("email")}
          />
          <PasswordInput
            label={t("login.password")}
            description={t("setUp.passwordHelp", { count: SHORTEST_PASSWORD })}
            autoComplete="new-password"
            visibilityToggleButtonProps={{ "aria-label": t("login.show") }}
            {...form.getInputProps("password")}
          />
          {failed && (
            <Alert color="red" variant="light" role="alert">
              {failed}
            </Alert>
          )}
          <Button type="submit" loading={busy} fullWidth>
            {t("setUp.send")}
          </Button>
        </Stack>
      </form>
    </LoginFrame>
  );
}
