// Joining as a driver with a code: typed in, or brought along by the link of a letter.
import { Alert, Button, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import type { DriverCodeLook } from "@/api/types";
import { fieldErrors, useProblemText } from "@/ui/problem";
import { LoginFrame } from "./LoginFrame";
import { linkToken } from "./linkToken";

function CodeForm({
  code,
  onFound,
}: {
  code: string;
  onFound: (code: string, look: DriverCodeLook) => void;
}) {
  const { t } = useTranslation();
  const [failed, setFailed] = useState(false);
  const [busy, setBusy] = useState(false);
  const form = useForm({
    initialValues: { code },
    validate: { code: (value) => (value.trim() ? null : t("form.required")) },
  });
  const look = async (text: string) => {
    setBusy(true);
    setFailed(false);
    try {
      onFound(text, await http.post<DriverCodeLook>("/redeem/look", { code: text }));
    } catch {
      setFailed(true);
    } finally {
      setBusy(false);
    }
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: a link is looked at once, when it is opened
  useEffect(() => {
    if (code) void look(code);
  }, []);
  return (
    <form onSubmit={form.onSubmit((values) => void look(values.code.trim()))} noValidate>
      <Stack>
        <TextInput
          label={t("redeem.code")}
          placeholder="7K2M-Q9XA-4TRW"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          {...form.getInputProps("code")}
        />
        {failed && (
          <Alert color="red" variant="light" role="alert">
            {t("redeem.gone")}
          </Alert>
        )}
        <Button type="submit" loading={busy} fullWidth>
          {t("redeem.next")}
        </Button>
      </Stack>
    </form>
  );
}

function JoinForm({ code, look, onDone }: { code: string; look: DriverCodeLook; onDone: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const form = useForm({
    // Who was asked by an address alone has no name yet.
    initialValues: { name: look.name.includes("@") ? "" : look.name, phone: "" },
    validate: { name: (value) => (value.trim() ? null : t("form.required")) },
  });
  const send = form.onSubmit(async (values) => {
    setBusy(true);
    setFailed(null);
    try {
      await http.post("/redeem", { code, name: values.name.trim(), phone: values.phone.trim() || null });
      onDone();
    } catch (error) {
      if (!fieldErrors(error, form).onFields) setFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  });
  return (
    <form onSubmit={send} noValidate>
      <Stack>
        {look.home_charger && (
          <Text size="sm">{t("home.redeemCharger", { charger: look.home_charger })}</Text>
        )}
        {look.groups.length > 0 && (
          <Text size="sm">{t("redeem.groups", { groups: look.groups.join(", ") })}</Text>
        )}
        <TextInput label={t("redeem.name")} autoComplete="name" {...form.getInputProps("name")} />
        <TextInput label={t("redeem.phone")} type="tel" autoComplete="tel" {...form.getInputProps("phone")} />
        {failed && (
          <Alert color="red" variant="light" role="alert">
            {failed}
          </Alert>
        )}
        <Button type="submit" loading={busy} fullWidth>
          {t("redeem.join")}
        </Button>
      </Stack>
    </form>
  );
}

export function Redeem() {
  const { t } = useTranslation();
  const [code, setCode] = useState<string>(() => linkToken());
  const [look, setLook] = useState<DriverCodeLook | null>(null);
  const [done, setDone] = useState(false);
  const lead = look ? t("redeem.lead", { organisation: look.organisation }) : t("redeem.codeLead");
  if (done) {
    return (
      <LoginFrame title={t("redeem.done")} lead={t("redeem.doneLead", { organisation: look?.organisation })}>
        <Text size="sm">{t("redeem.doneText")}</Text>
      </LoginFrame>
    );
  }
  return (
    <LoginFrame title={t("redeem.title")} lead={lead}>
      {look ? (
        <JoinForm code={code} look={look} onDone={() => setDone(true)} />
      ) : (
        <CodeForm
          code={code}
          onFound={(text, found) => {
            setCode(text);
            setLook(found);
          }}
        />
      )}
    </LoginFrame>
  );
}
