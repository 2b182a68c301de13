// The picture that helps drivers to find the chargers.
import { Alert, Button, FileButton, Group, Image, Stack, Text } from "@mantine/core";
import { IconPhoto } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "@/api/http";
import { useMay } from "@/api/login";
import type { Site } from "@/api/types";
import { Panel } from "@/ui/Panel";
import { useProblemText } from "@/ui/problem";
import { useSiteWrites } from "./queries";

export function SiteImage({ site }: { site: Site }) {
  const { t } = useTranslation();
  const mayEdit = useMay("network");
  const problemText = useProblemText();
  const { setImage, removeImage } = useSiteWrites();
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
    <Panel title={t("site.parts.image")}>
      <Stack gap="sm">
        {site.image_url ? (
          <Image
            src={site.image_url}
            alt={t("site.imageOf", { site: site.name })}
            mah={320}
            maw={560}
            radius="md"
            fit="contain"
            style={{ alignSelf: "flex-start" }}
          />
        ) : (
          <Text c="dimmed">{t("site.noImage")}</Text>
        )}
        {failed && (
          <Alert color="red" variant="light" role="alert">
            {failed}
          </Alert>
        )}
        {mayEdit && (
          <Group gap="xs">
            <FileButton
              accept="image/png,image/jpeg,image/webp"
              onChange={(file) => file && void run(setImage(site.id, file))}
              inputProps={{ "aria-label": t("site.chooseImage") }}
            >
              {(props) => (
                <Button variant="default" loading={busy} leftSection={<IconPhoto size={16} />} {...props}>
                  {t("site.chooseImage")}
                </Button>
              )}
            </FileButton>
            {site.image_url && (
              <Button variant="subtle" color="gray" onClick={() => void run(removeImage(site.id))}>
                {t("site.removeImage")}
              </Button>
            )}
          </Group>
        )}
        <Text size="sm" c="dimmed">
          {t("site.imageHelp")}
        </Text>
      </Stack>
    </Panel>
  );
}
