// Coming in by an invitation: with a new account, or with the one the person has.
import { Alert, Anchor, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import type { InvitationLook, Login } from "@/api/types";
import { fieldErrors, useProblemText } from "@/ui/problem";
import { Waiting } from "@/ui/Waiting";
import { LoginFrame } from "./LoginFrame";
import { linkToken } from "./linkToken";

function JoinForm({ token, look }: { token: string; look: InvitationLook }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const form = useForm({
    initialValues: { email: look.email, name: look.name, password: "" },
    validate: {
      email: (value) => (value.includes("@") ? null : t("form.email")),
      password: (value) => (value ? null : t("form.required")),
    },
  });
  const send = form.onSubmit(async (values) => {
    setBusy(true);
    setFailed(null);
    try {
      const login = await http.post<Login>("/join", { token, ...values, email: values.email.trim() });
      window.history.replaceState(null, "", "/");
      client.setQueryData(keys.login, login);
      window.location.assign("/");
    } catch (error) {
      if (!fieldErrors(error, form).onFields) setFailed(problemText(error));
      setBusy(false);
    }
  });
  return (
    <form onSubmit={send} noValidate>
      <Stack>
        <TextInput
          label={t("login.email")}
          description={t("join.emailHelp")}
          type="email"
          autoComplete="username"
          {...form.getInputProps("email")}
        />
        <TextInput label={t("join.name")} autoComplete="name" {...form.getInputProps("name")} />
        <PasswordInput
          label={t("login.password")}
          description={t("join.passwordHelp")}
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
          {t("join.join")}
        </Button>
      </Stack>
    </form>
  );
}

export function Join() {
  const { t } = useTranslation();
  const [token, setToken] = useState("");
  useEffect(() => setToken((before) => before || linkToken()), []);
  const { data, error } = useQuery({
    queryKey: [...keys.login, "join", token],
    queryFn: () => http.post<InvitationLook>("/join/look", { token }),
    enabled: token !== "",
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const lead = data ? t("join.lead", { organisation: data.organisation, name: data.invited_by }) : "";
  return (
    <LoginFrame title={t("join.title")} lead={lead}>
      {error ? (
        <Stack>
          <Alert color="red" variant="light" role="alert">
            {t("join.gone")}
          </Alert>
          <Anchor href="/" size="sm" ta="center" underline="always">
            {t("reset.back")}
          </Anchor>
        </Stack>
      ) : data ? (
        <JoinForm token={token} look={data} />
      ) : (
        <Waiting />
      )}
    </LoginFrame>
  );
}
