// The organisation's logo: on every page, the login page and receipts.
import { Alert, Button, FileButton, Group, Image, Stack, Text } from "@mantine/core";
import { IconPhoto } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "@/api/http";
import { useMay } from "@/api/login";
import type { Profile } from "@/api/types";
import { Panel } from "@/ui/Panel";
import { useProblemText } from "@/ui/problem";
import { logoUrl, useProfileWrites } from "./queries";

export function LogoPanel({ profile }: { profile: Profile }) {
  const { t } = useTranslation();
  const may = useMay("organisation");
  const problemText = useProblemText();
  const { setLogo, removeLogo } = useProfileWrites();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const run = async (work: Promise<unknown>) => {
    setBusy(true);
    setFailed(null);
    try {
      await work;
    } catch (error) {
      setFailed((error instanceof Problem && error.fields[0]?.message) || problemText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title={t("org.logo")}>
      <Stack gap="sm">
        {profile.has_logo ? (
          <Image
            src={logoUrl(profile.version)}
            alt={t("org.logo")}
            w={140}
            h={140}
            fit="contain"
            radius="md"
          />
        ) : (
          <Text c="dimmed">{t("org.noLogo")}</Text>
        )}
        <Text size="sm" c="dimmed">
          {t("org.logoHelp")}
        </Text>
        {failed && (
          <Alert color="red" variant="light" role="alert">
            {failed}
          </Alert>
        )}
        {may && (
          <Group gap="xs">
            <FileButton
              accept="image/png,image/jpeg,image/webp"
              onChange={(file) => file && void run(setLogo(file))}
              inputProps={{ "aria-label": t("org.chooseLogo") }}
            >
              {(props) => (
                <Button variant="default" loading={busy} leftSection={<IconPhoto size={16} />} {...props}>
                  {t("org.chooseLogo")}
                </Button>
              )}
            </FileButton>
            {profile.has_logo && (
              <Button variant="subtle" color="gray" onClick={() => void run(removeLogo())}>
                {t("org.removeLogo")}
              </Button>
            )}
          </Group>
        )}
      </Stack>
    </Panel>
  );
}
