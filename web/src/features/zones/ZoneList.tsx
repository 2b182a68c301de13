// All zones: what each holds, how it shares, whether it is on.
import { Button, Text } from "@mantine/core";
import { IconPlus, IconTopologyStar3 } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Zone } from "@/api/types";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { RouteLink } from "@/ui/Links";
import { ToneBadge } from "@/ui/StatusBadge";
import { Count, Outside, Power } from "@/ui/Values";
import { Amps } from "./Amps";
import { useZones } from "./queries";
import { most } from "./why";
import { ZoneForm } from "./ZoneForm";

export function AddZoneButton() {
  const { t } = useTranslation();
  const may = useMay("power");
  const navigate = useNavigate();
  const [adding, setAdding] = useState(false);
  if (!may) return null;
  return (
    <>
      <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
        {t("power.add")}
      </Button>
      {adding && (
        <ZoneForm
          old={null}
          onClose={() => setAdding(false)}
          onSaved={(zone) => void navigate({ to: "/load-balancing/$id", params: { id: zone.id } })}
        />
      )}
    </>
  );
}

export function Capacity({ zone }: { zone: Zone }) {
  return zone.capacity_w === null ? <Amps ma={most(zone.capacity_ma)} /> : <Power w={zone.capacity_w} />;
}

export function ZoneBadge({ zone }: { zone: Zone }) {
  const { t } = useTranslation();
  return (
    <ToneBadge tone={zone.enabled ? "green" : "grey"}>{t(zone.enabled ? "power.on" : "power.off")}</ToneBadge>
  );
}

export function ZoneList() {
  const { t } = useTranslation();
  const list = useZones();
  const navigate = useNavigate();
  const columns: Column<Zone>[] = [
    {
      accessor: "name",
      title: t("power.name"),
      render: (row) => (
        <RouteLink
          to="/load-balancing/$id"
          params={{ id: row.id }}
          onClick={(event) => event.stopPropagation()}
        >
          <Text fw={550} size="sm" component="span">
            <Outside line text={row.name} />
          </Text>
        </RouteLink>
      ),
    },
    { accessor: "site_name", title: t("power.site"), render: (row) => <Outside line text={row.site_name} /> },
    { accessor: "enabled", title: t("power.status"), render: (row) => <ZoneBadge zone={row} /> },
    {
      accessor: "distribution",
      title: t("power.distribution"),
      render: (row) => t(`power.distributions.${row.distribution}`),
    },
    {
      accessor: "capacity_ma",
      title: t("power.capacity"),
      textAlign: "right",
      render: (row) => <Capacity zone={row} />,
    },
    {
      accessor: "now",
      title: t("power.given"),
      textAlign: "right",
      render: (row) => (
        <Amps ma={row.now ? most(row.now.zones[0]?.given_ma ?? { l1: 0, l2: 0, l3: 0 }) : null} />
      ),
    },
    {
      accessor: "chargers",
      title: t("power.chargers"),
      textAlign: "right",
      render: (row) => <Count value={row.chargers.length} />,
    },
  ];
  return (
    <DataTable<Zone>
      list={list}
      columns={columns}
      label={t("power.title")}
      onOpen={(row) => void navigate({ to: "/load-balancing/$id", params: { id: row.id } })}
      empty={
        <EmptyState
          icon={IconTopologyStar3}
          title={t("power.none")}
          text={t("power.noneText")}
          action={<AddZoneButton />}
        />
      }
    />
  );
}
