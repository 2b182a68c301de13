// The chargers of one site, and the way to add one there.
import { Button, Group, Stack, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { AddCharger } from "./AddCharger";
import { ChargerTable } from "./ChargerTable";
import { useStations } from "./queries";

export function SiteChargers({ siteId }: { siteId: string }) {
  const { t } = useTranslation();
  const mayEdit = useMay("network");
  const list = useStations({ site_id: siteId });
  const [adding, add] = useDisclosure(false);
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={2}>{t("charger.title")}</Title>
        {mayEdit && (
          <Button size="xs" leftSection={<IconPlus size={15} />} onClick={add.open}>
            {t("charger.add")}
          </Button>
        )}
      </Group>
      <ChargerTable list={list} hideSite />
      <AddCharger opened={adding} onClose={add.close} siteId={siteId} />
    </Stack>
  );
}
