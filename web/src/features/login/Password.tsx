// A forgotten password: asking for a letter, and choosing a new one with its link.
import { Alert, Anchor, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { fieldErrors, useProblemText } from "@/ui/problem";
import { LoginFrame } from "./LoginFrame";
import { linkToken } from "./linkToken";

/** Characters of a password that the server accepts at least. */
const SHORTEST_PASSWORD = 8;

function ToSignIn() {
  const { t } = useTranslation();
  return (
    <Anchor href="/" size="sm" ta="center" underline="always">
      {t("reset.back")}
    </Anchor>
  );
}

export function ForgotPassword() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [sent, setSent] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const form = useForm({
    initialValues: { email: "" },
    validate: { email: (value) => (value.includes("@") ? null : t("form.email")) },
  });
  const send = form.onSubmit(async ({ email }) => {
    setBusy(true);
    setFailed(null);
    try {
      await http.post<void>("/password-reset", { email: email.trim() });
      setSent(true);
    } catch (error) {
      setFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  });
  return (
    <LoginFrame title={t("reset.title")} lead={t("reset.lead")}>
      {sent ? (
        <Stack>
          <div role="status">
            <Alert variant="light" role="presentation">
              {t("reset.sent")}
            </Alert>
          </div>
          <ToSignIn />
        </Stack>
      ) : (
        <form onSubmit={send} noValidate>
          <Stack>
            <TextInput
              label={t("login.email")}
              type="email"
              autoComplete="username"
              autoFocus
              {...form.getInputProps("email")}
            />
            {failed && (
              <Alert color="red" variant="light" role="alert">
                {failed}
              </Alert>
            )}
            <Button type="submit" loading={busy} fullWidth>
              {t("reset.send")}
            </Button>
            <ToSignIn />
          </Stack>
        </form>
      )}
    </LoginFrame>
  );
}

export function NewPassword() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [token] = useState(linkToken);
  const [done, setDone] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const form = useForm({
    initialValues: { password: "" },
    validate: {
      password: (value) =>
        value.length >= SHORTEST_PASSWORD ? null : t("form.shortPassword", { count: SHORTEST_PASSWORD }),
    },
  });
  const send = form.onSubmit(async ({ password }) => {
    setBusy(true);
    setFailed(null);
    try {
      await http.post<void>("/password-reset/set", { token, password });
      setDone(true);
    } catch (error) {
      if (!fieldErrors(error, form).onFields) setFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  });
  return (
    <LoginFrame title={t("reset.newTitle")} lead={t("reset.newLead")}>
      {done ? (
        <Stack>
          <div role="status">
            <Alert variant="light" color="green" role="presentation">
              {t("reset.done")}
            </Alert>
          </div>
          <ToSignIn />
        </Stack>
      ) : (
        <form onSubmit={send} noValidate>
          <Stack>
            <PasswordInput
              label={t("me.newPassword")}
              description={t("me.passwordHelp", { count: SHORTEST_PASSWORD })}
              autoComplete="new-password"
              autoFocus
              visibilityToggleButtonProps={{ "aria-label": t("login.show") }}
              {...form.getInputProps("password")}
            />
            {failed && (
              <Alert color="red" variant="light" role="alert">
                {failed}
              </Alert>
            )}
            <Button type="submit" loading={busy} fullWidth>
              {t("reset.set")}
            </Button>
            <Text size="sm" c="dimmed">
              {t("reset.everywhere")}
            </Text>
          </Stack>
        </form>
      )}
    </LoginFrame>
  );
}
