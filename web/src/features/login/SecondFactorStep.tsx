// The second step of signing in: a code of the moment, or one from the paper.
import { Alert, Button, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import type { Login } from "@/api/types";
import { fieldErrors, useProblemText } from "@/ui/problem";
import { LoginFrame } from "./LoginFrame";
import { PasskeyButton } from "./PasskeyButton";

export function SecondFactorStep() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const form = useForm({
    initialValues: { code: "" },
    validate: { code: (value) => (value.trim() ? null : t("form.required")) },
  });
  const send = form.onSubmit(async ({ code }) => {
    setBusy(true);
    setFailed(null);
    try {
      client.setQueryData(keys.login, await http.post<Login>("/session/second-factor", { code }));
    } catch (error) {
      if (!fieldErrors(error, form).onFields) setFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  });
  const back = async () => {
    await http.remove("/session");
    await client.invalidateQueries({ queryKey: keys.login });
  };
  return (
    <LoginFrame title={t("factor.step")} lead={t("factor.stepLead")}>
      <form onSubmit={send} noValidate>
        <Stack>
          <TextInput
            label={t("factor.code")}
            description={t("factor.orRecovery")}
            autoComplete="one-time-code"
            autoFocus
            {...form.getInputProps("code")}
          />
          {failed && (
            <Alert color="red" variant="light" role="alert">
              {failed}
            </Alert>
          )}
          <Button type="submit" loading={busy} fullWidth>
            {t("login.signIn")}
          </Button>
          <PasskeyButton />
          <Button variant="subtle" onClick={() => void back()}>
            {t("factor.other")}
          </Button>
        </Stack>
      </form>
    </LoginFrame>
  );
}
