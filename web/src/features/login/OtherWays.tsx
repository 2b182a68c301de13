// Ways in without a password of ours, and what went wrong on the way back.
import { Alert, Button, Divider, Stack } from "@mantine/core";
import { IconBuilding } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "@/api/http";
import { useUrlState } from "@/lib/urlState";
import { slugHere } from "@/ui/brand";
import { useProblemText } from "@/ui/problem";
import { PasskeyButton } from "./PasskeyButton";
import { brandOptions, leaveForProvider } from "./queries";

/** Why the provider's word was not enough; the server sends one word along. */
export function Refusal() {
  const { t } = useTranslation();
  const [url] = useUrlState();
  if (!url.sign_in) return null;
  return (
    <Alert color="red" variant="light" role="alert">
      {t(`signIn.refused.${url.sign_in}`, { defaultValue: t("signIn.refused.failed") })}
    </Alert>
  );
}

interface OtherWaysProps {
  /** What stands in the form. */
  email: string;
  /** Asks for the address, by which the provider is found. */
  onNoEmail: () => void;
}

export function OtherWays({ email, onNoEmail }: OtherWaysProps) {
  const { t } = useTranslation();
  const slug = slugHere();
  const { data } = useQuery(brandOptions(slug));
  const here = slug !== null && data?.brand?.single_sign_on === true;
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const leave = async () => {
    if (!here && !email.trim()) return onNoEmail();
    setBusy(true);
    setFailed(null);
    try {
      await leaveForProvider(here ? { slug } : { email: email.trim() });
    } catch (error) {
      const unknown = error instanceof Problem && error.status === 404;
      setFailed(unknown ? t("signIn.refused.no_provider") : problemText(error));
      setBusy(false);
    }
  };
  return (
    <Stack gap="sm">
      <Divider label={t("signIn.or")} />
      {failed && (
        <Alert color="red" variant="light" role="alert">
          {failed}
        </Alert>
      )}
      <Button
        variant={here ? "filled" : "default"}
        leftSection={<IconBuilding size={16} />}
        loading={busy}
        onClick={() => void leave()}
      >
        {here ? t("signIn.with", { name: data?.brand?.name }) : t("signIn.button")}
      </Button>
      <PasskeyButton />
    </Stack>
  );
}
