// All sites.
import { Button, Group, Stack, Text } from "@mantine/core";
import { IconMapPin, IconPlus } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Site } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { SearchBox } from "@/ui/Filters";
import { RouteLink } from "@/ui/Links";
import { ToneBadge } from "@/ui/StatusBadge";
import { Count, Outside } from "@/ui/Values";
import { useSites } from "./queries";
import { SiteForm } from "./SiteForm";

export function AddSiteButton() {
  const { t } = useTranslation();
  const mayEdit = useMay("network");
  const navigate = useNavigate();
  const [url, set] = useUrlState();
  if (!mayEdit) return null;
  return (
    <>
      <Button leftSection={<IconPlus size={16} />} onClick={() => set({ add: "1" })}>
        {t("site.add")}
      </Button>
      {url.add === "1" && (
        <SiteForm
          onClose={() => set({ add: undefined })}
          onMade={(site) => void navigate({ to: "/sites/$id", params: { id: site.id } })}
        />
      )}
    </>
  );
}

function useColumns(): Column<Site>[] {
  const { t } = useTranslation();
  return [
    {
      accessor: "name",
      title: t("site.one"),
      render: (row) => (
        <div>
          <RouteLink to="/sites/$id" params={{ id: row.id }} fw={550}>
            <Outside line text={row.name} />
          </RouteLink>
          <Text size="sm" c="dimmed">
            {[row.address, row.city, row.country].filter(Boolean).join(", ")}
          </Text>
        </div>
      ),
    },
    {
      accessor: "kind",
      title: t("site.kind"),
      render: (row) => (
        <Group gap={6}>
          {t(`site.kinds.${row.kind}`)}
          {row.free_charging && <ToneBadge tone="green">{t("site.freeBadge")}</ToneBadge>}
        </Group>
      ),
    },
    { accessor: "time_zone", title: t("site.timeZone") },
    {
      accessor: "stations",
      title: t("site.chargers"),
      textAlign: "right",
      render: (row) => <Count value={row.stations} />,
    },
    {
      accessor: "online",
      title: t("site.online"),
      textAlign: "right",
      render: (row) => <Count value={row.online} />,
    },
    {
      accessor: "connectors",
      title: t("site.plugs"),
      textAlign: "right",
      render: (row) => <Count value={row.connectors} />,
    },
    {
      accessor: "charging",
      title: t("site.charging"),
      textAlign: "right",
      render: (row) => <Count value={row.charging} />,
    },
  ];
}

export function SiteList() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const mayEdit = useMay("network");
  const navigate = useNavigate();
  const list = useSites(url.q);
  return (
    <Stack gap="sm">
      <SearchBox label={t("site.search")} />
      <DataTable<Site>
        list={list}
        columns={useColumns()}
        label={t("site.list")}
        minWidth={820}
        onOpen={(row) => void navigate({ to: "/sites/$id", params: { id: row.id } })}
        empty={
          url.q ? (
            <EmptyState icon={IconMapPin} title={t("site.noneMatch")} />
          ) : (
            <EmptyState
              icon={IconMapPin}
              title={t("site.none")}
              text={t("site.noneText")}
              action={
                mayEdit ? <Button onClick={() => set({ add: "1" })}>{t("site.add")}</Button> : undefined
              }
            />
          )
        }
      />
    </Stack>
  );
}
