// Signing in with a passkey: in place of the password, and in place of the code.
import { Alert, Button, Stack } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import type { Login } from "@/api/types";
import { askPasskey, canUsePasskeys, type PasskeyChallenge } from "@/lib/passkey";
import { useProblemText } from "@/ui/problem";

export function PasskeyButton() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  if (!canUsePasskeys()) return null;
  const come = async () => {
    setBusy(true);
    setFailed(null);
    try {
      const { token, options } = await http.post<PasskeyChallenge>("/session/passkey/challenge");
      const answer = await askPasskey(options);
      if (!answer) return setFailed(t("passkey.notUsed"));
      client.setQueryData(keys.login, await http.post<Login>("/session/passkey", { token, answer }));
    } catch (error) {
      setFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack gap="sm">
      {failed && (
        <Alert color="red" variant="light" role="alert">
          {failed}
        </Alert>
      )}
      <Button
        variant="default"
        leftSection={<IconFingerprint size={16} />}
        loading={busy}
        onClick={() => void come()}
      >
        {t("passkey.signIn")}
      </Button>
    </Stack>
  );
}
