// What one may do to a site, and what it is at a glance.
import { Button, Menu, SimpleGrid, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Site } from "@/api/types";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { Figure } from "@/ui/Figure";
import { notifyDone } from "@/ui/problem";
import { Count } from "@/ui/Values";
import { useSiteWrites } from "./queries";
import { SiteForm } from "./SiteForm";

export function SiteFigures({ site }: { site: Site }) {
  const { t } = useTranslation();
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
      <Figure
        name={t("site.chargers")}
        definition={t("site.chargersHelp")}
        value={<Count value={site.stations} />}
        note={t("site.onlineNote", { count: site.online })}
      />
      <Figure
        name={t("site.plugs")}
        definition={t("site.plugsHelp")}
        value={<Count value={site.connectors} />}
        note={t("site.chargingNote", { count: site.charging })}
      />
      <Figure
        name={t("site.timeZone")}
        definition={t("site.timeZoneHelp")}
        value={<span style={{ fontSize: 17 }}>{site.time_zone}</span>}
      />
      <Figure
        name={t("site.currency")}
        definition={t("site.currencyHelp")}
        value={site.currency}
        note={site.free_charging ? t("site.freeBadge") : t(`site.kinds.${site.kind}`)}
      />
    </SimpleGrid>
  );
}

export function SiteActions({ site }: { site: Site }) {
  const { t } = useTranslation();
  const mayEdit = useMay("network");
  const navigate = useNavigate();
  const { remove } = useSiteWrites();
  const [editing, edit] = useDisclosure(false);
  const [removing, away] = useDisclosure(false);
  if (!mayEdit) return null;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default">{t("charger.manage")}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={edit.open}>
            {t("site.edit")}
          </Menu.Item>
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} />}
            onClick={away.open}
            disabled={site.stations > 0}
          >
            {t(site.stations > 0 ? "site.removeFull" : "site.remove")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {editing && <SiteForm site={site} onClose={edit.close} />}
      <ConfirmAction
        opened={removing}
        onClose={away.close}
        title={t("site.remove")}
        consequence={<Text>{t("site.removeText", { site: site.name })}</Text>}
        confirmLabel={t("site.remove")}
        onConfirm={async () => {
          await remove(site.id);
          notifyDone(t("site.removed", { site: site.name }));
          await navigate({ to: "/sites" });
        }}
      />
    </>
  );
}
