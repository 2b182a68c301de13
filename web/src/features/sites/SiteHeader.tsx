// What one may do to a site, and what it is at a glance.
import { Button, Menu, Select, SimpleGrid, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowRightCircle, IconEye, IconEyeOff, IconPencil, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLogin, useMay } from "@/api/login";
import type { Site } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { Figure } from "@/ui/Figure";
import { FormDialog } from "@/ui/FormDialog";
import { notifyDone } from "@/ui/problem";
import { Count } from "@/ui/Values";
import { organisationChoicesOptions, useSiteWrites } from "./queries";

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

function MoveSite({ site, onClose }: { site: Site; onClose: () => void }) {
  const { t } = useTranslation();
  const { organisation } = useLogin();
  const navigate = useNavigate();
  const { move } = useSiteWrites();
  const { data } = useQuery(organisationChoicesOptions);
  const others = (data?.items ?? []).filter((each) => each.id !== organisation.id);
  const form = useForm({
    initialValues: { organisation_id: "" },
    validate: { organisation_id: (value) => (value ? null : t("form.required")) },
  });
  return (
    <FormDialog
      title={t("site.moveTitle", { site: site.name })}
      opened
      onClose={onClose}
      form={form}
      danger
      submitLabel={t("site.move")}
      onSubmit={async ({ organisation_id }) => {
        await move(site.id, organisation_id);
        notifyDone(t("site.moved", { site: site.name }));
        await navigate({ to: "/sites" });
      }}
    >
      <Text>{t("site.moveText", { count: site.stations })}</Text>
      <Text>{t("site.moveStays")}</Text>
      <Select
        label={t("site.moveTo")}
        description={t("site.moveWho")}
        data={others.map((each) => ({ value: each.id, label: each.name }))}
        searchable
        required
        nothingFoundMessage={t("site.moveNobody")}
        {...form.getInputProps("organisation_id")}
      />
    </FormDialog>
  );
}

export function SiteActions({ site }: { site: Site }) {
  const { t } = useTranslation();
  const mayEdit = useMay("network");
  const mayRemove = useMay("network_delete");
  const mayMove = useMay("migrate");
  const navigate = useNavigate();
  const [, set] = useUrlState();
  const { change, remove } = useSiteWrites();
  const [removing, away] = useDisclosure(false);
  const [moving, moves] = useDisclosure(false);
  if (!mayEdit) return null;
  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <Button variant="default">{t("charger.manage")}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => set({ tab: "details" })}>
            {t("site.edit")}
          </Menu.Item>
          <Menu.Item
            leftSection={site.visible ? <IconEyeOff size={16} /> : <IconEye size={16} />}
            onClick={() => {
              const done = t(site.visible ? "site.hidden" : "site.shown", { site: site.name });
              void change(site.id, { visible: !site.visible }).then(() => notifyDone(done));
            }}
          >
            {t(site.visible ? "site.hide" : "site.show")}
          </Menu.Item>
          {mayMove && (
            <Menu.Item leftSection={<IconArrowRightCircle size={16} />} onClick={moves.open}>
              {t("site.move")}
            </Menu.Item>
          )}
          {mayRemove && (
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={16} />}
              onClick={away.open}
              disabled={site.stations > 0}
            >
              {t(site.stations > 0 ? "site.removeFull" : "site.remove")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {moving && <MoveSite site={site} onClose={moves.close} />}
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
