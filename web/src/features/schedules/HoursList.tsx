// All charging hours: where they hold, how the week looks, and what chargers made of them.
import { Button, Drawer, Group, Stack, Table, Text } from "@mantine/core";
import { IconClockBolt, IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { ChargingHours, Station } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { Failure } from "@/ui/Failure";
import { RouteLink } from "@/ui/Links";
import { ExportMenu } from "@/ui/list/ExportMenu";
import { ToneBadge } from "@/ui/StatusBadge";
import { Count, Outside } from "@/ui/Values";
import { HoursForm } from "./HoursForm";
import { hoursOptions, useHours, useScheduleWrites } from "./queries";
import { WeekPicture } from "./WeekPicture";

export function AddHoursButton({ station }: { station?: Station }) {
  const { t } = useTranslation();
  const may = useMay("power");
  const [adding, setAdding] = useState(false);
  if (!may) return null;
  return (
    <>
      <Button
        leftSection={<IconPlus size={16} />}
        variant={station ? "light" : "filled"}
        onClick={() => setAdding(true)}
      >
        {t(station ? "schedule.addOwn" : "schedule.addHours")}
      </Button>
      {adding && <HoursForm old={null} {...(station ? { station } : {})} onClose={() => setAdding(false)} />}
    </>
  );
}

const TONES = { held: "green", zone: "green", waiting: "grey", refused: "amber" } as const;

function PlaceBadge({ state }: { state: string }) {
  const { t } = useTranslation();
  return (
    <ToneBadge tone={TONES[state as keyof typeof TONES] ?? "grey"}>{t(`schedule.states.${state}`)}</ToneBadge>
  );
}

export function usePlaceText() {
  const { t } = useTranslation();
  return (hours: ChargingHours): string => {
    if (!hours.station_id) return t("schedule.everyCharger");
    const charger = hours.station_name ?? "";
    return hours.evse ? t("schedule.evseOf", { charger, evse: hours.evse }) : charger;
  };
}

interface OneProps {
  hours: ChargingHours;
  onDelete: (hours: ChargingHours) => void;
}

function Detail({ hours, onDelete }: OneProps) {
  const { t } = useTranslation();
  const may = useMay("power");
  const [editing, setEditing] = useState(false);
  return (
    <Stack gap="md">
      {may && (
        <Group gap="xs">
          <Button leftSection={<IconPencil size={16} />} onClick={() => setEditing(true)}>
            {t("schedule.edit")}
          </Button>
          <Button
            variant="light"
            color="red"
            leftSection={<IconTrash size={16} />}
            onClick={() => onDelete(hours)}
          >
            {t("schedule.delete")}
          </Button>
        </Group>
      )}
      <WeekPicture content={hours.content} />
      <Text size="sm" c="dimmed">
        {t("schedule.clockOf", { zone: hours.time_zone })}
      </Text>
      <Table aria-label={t("schedule.places")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("schedule.charger")}</Table.Th>
            <Table.Th>{t("schedule.state")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {hours.places.map((each) => (
            <Table.Tr key={`${each.station_id}/${each.evse}`}>
              <Table.Td>
                <RouteLink to="/chargers/$id" params={{ id: each.station_id }}>
                  {t("schedule.evseOf", { charger: each.identity, evse: each.evse })}
                </RouteLink>
              </Table.Td>
              <Table.Td>
                <PlaceBadge state={each.state} />
                <Text size="xs" c="dimmed" mt={4}>
                  {t(`schedule.stateText.${each.state}`)}{" "}
                  {each.detail && <Outside text={`(${each.detail})`} />}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {hours.places.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("schedule.noPlaces")}
        </Text>
      )}
      {editing && <HoursForm old={hours} onClose={() => setEditing(false)} />}
    </Stack>
  );
}

interface DrawerProps extends Pick<OneProps, "onDelete"> {
  id: string;
  onClose: () => void;
}

function HoursDrawer({ id, onDelete, onClose }: DrawerProps) {
  const { t } = useTranslation();
  const place = usePlaceText();
  const { data, error, refetch } = useQuery(hoursOptions(id));
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={data ? `${data.site_name} · ${place(data)}` : t("schedule.title")}
      closeButtonProps={{ "aria-label": t("form.close") }}
    >
      {data && <Detail hours={data} onDelete={onDelete} />}
      {!data && error && <Failure error={error} retry={() => void refetch()} />}
    </Drawer>
  );
}

export function HoursList() {
  const { t } = useTranslation();
  const list = useHours();
  const place = usePlaceText();
  const { deleteHours } = useScheduleWrites();
  const mayExport = useMay("export");
  const [url, set] = useUrlState();
  // Asked when its drawer is closed: what is gone is not looked at again.
  const [leaving, setLeaving] = useState<ChargingHours | null>(null);
  const open = (id: string | undefined) => set({ hours: id });
  const columns: Column<ChargingHours>[] = [
    {
      accessor: "site_name",
      title: t("schedule.site"),
      render: (row) => (
        <Text fw={550} size="sm" component="span">
          <Outside line text={row.site_name} />
        </Text>
      ),
    },
    {
      accessor: "station_name",
      title: t("schedule.where"),
      render: (row) => <Outside line text={place(row)} />,
    },
    {
      accessor: "enabled",
      title: t("schedule.status"),
      render: (row) => (
        <ToneBadge tone={row.enabled ? "green" : "grey"}>
          {t(row.enabled ? "schedule.on" : "schedule.off")}
        </ToneBadge>
      ),
    },
    {
      accessor: "places",
      title: t("schedule.evses"),
      textAlign: "right",
      render: (row) => <Count value={row.places.length} />,
    },
    {
      accessor: "changed_at",
      title: t("schedule.refused"),
      textAlign: "right",
      render: (row) => <Count value={row.places.filter((each) => each.state === "refused").length} />,
    },
  ];
  return (
    <>
      {mayExport && (list.items ?? []).length > 0 && (
        <Group justify="flex-end">
          <ExportMenu route="/charging-hours/export" />
        </Group>
      )}
      <DataTable<ChargingHours>
        list={list}
        columns={columns}
        label={t("schedule.title")}
        onOpen={(row) => open(row.id)}
        empty={
          <EmptyState
            icon={IconClockBolt}
            title={t("schedule.none")}
            text={t("schedule.noneText")}
            action={<AddHoursButton />}
          />
        }
      />
      {url.hours && (
        <HoursDrawer
          id={String(url.hours)}
          onClose={() => open(undefined)}
          onDelete={(hours) => {
            open(undefined);
            setLeaving(hours);
          }}
        />
      )}
      {leaving && (
        <ConfirmAction
          opened
          onClose={() => setLeaving(null)}
          title={t("schedule.deleteTitle", { name: `${leaving.site_name} · ${place(leaving)}` })}
          consequence={t("schedule.deleteText", { count: leaving.places.length })}
          confirmLabel={t("schedule.delete")}
          onConfirm={() => deleteHours(leaving.id)}
        />
      )}
    </>
  );
}
