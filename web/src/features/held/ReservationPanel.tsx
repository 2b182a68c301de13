// Places kept free at a station for a charge key.
import { Autocomplete, Button, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { IconClock, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { idTokenChoicesOptions } from "@/api/lookups";
import type { Reservation, Station } from "@/api/types";
import { onTheWall, wallTime } from "@/lib/days";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { FormDialog } from "@/ui/FormDialog";
import { Panel } from "@/ui/Panel";
import { notifyDone, notifyFailed, useProblemText } from "@/ui/problem";
import { ToneBadge } from "@/ui/StatusBadge";
import type { Tone } from "@/ui/status";
import { Outside, Timestamp } from "@/ui/Values";
import { useZone } from "@/ui/zone";
import { useHeldWrites, useReservations } from "./queries";

const TONES: Record<string, Tone> = { accepted: "indigo", asked: "blue", refused: "amber", used: "green" };
/** Milliseconds a new reservation is proposed to last. */
const PROPOSED = 3_600_000;

function Reserve({ station, onClose }: { station: Station; onClose: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const mayList = useMay("tokens_read");
  const { data } = useQuery({ ...idTokenChoicesOptions, enabled: mayList });
  const { reserve } = useHeldWrites(station.id);
  const form = useForm({
    initialValues: {
      id_token: "",
      evse: "",
      expires_at: onTheWall(new Date(Date.now() + PROPOSED).toISOString(), zone),
    },
    validate: {
      id_token: (value) => (value.trim() ? null : t("form.required")),
      expires_at: (value) => (wallTime(value, zone) ? null : t("form.required")),
    },
  });
  return (
    <FormDialog
      title={t("held.reserve")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("held.reserve")}
      onSubmit={async (values) => {
        const { command, reservation } = await reserve({
          id_token: values.id_token.trim(),
          ...(values.evse ? { evse: Number(values.evse) } : {}),
          expires_at: wallTime(values.expires_at, zone) ?? values.expires_at,
        });
        const said = command.detail ?? command.status ?? reservation.status;
        (command.outcome === "accepted" ? notifyDone : notifyFailed)(said);
      }}
    >
      <Autocomplete
        label={t("command.start_session.key")}
        data={[...new Set((data?.items ?? []).map((each) => each.uid))]}
        required
        data-autofocus
        {...form.getInputProps("id_token")}
      />
      <Select
        label={t("command.plug")}
        placeholder={t("held.anyPlug")}
        data={station.evses.map((each) => ({
          value: String(each.evse),
          label: t("charger.plugNumber", { number: each.evse }),
        }))}
        clearable
        value={form.values.evse || null}
        onChange={(value) => form.setFieldValue("evse", value ?? "")}
      />
      <TextInput
        type="datetime-local"
        label={t("held.until")}
        description={zone}
        required
        {...form.getInputProps("expires_at")}
      />
    </FormDialog>
  );
}

export function ReservationPanel({ station }: { station: Station }) {
  const { t } = useTranslation();
  const may = useMay("command");
  const problemText = useProblemText();
  const list = useReservations(station.id);
  const { giveBack } = useHeldWrites(station.id);
  const [adding, add] = useDisclosure(false);
  const cancel = async (reservation: Reservation) => {
    try {
      const answer = await giveBack(reservation.number);
      if (answer.outcome !== "accepted") notifyFailed(answer.detail ?? answer.status ?? answer.state);
    } catch (error) {
      notifyFailed(problemText(error));
    }
  };
  return (
    <Panel
      title={t("held.reservations")}
      aside={
        may && (
          <Button
            size="xs"
            leftSection={<IconPlus size={15} />}
            onClick={add.open}
            disabled={!station.online}
          >
            {t("held.reserve")}
          </Button>
        )
      }
    >
      <DataTable<Reservation>
        list={list}
        label={t("held.reservations")}
        minWidth={620}
        plain
        columns={[
          {
            accessor: "id_token",
            title: t("held.key"),
            render: (each) => <Outside text={each.id_token} mono />,
          },
          {
            accessor: "evse",
            title: t("command.plug"),
            render: (each) =>
              each.evse === null ? t("held.anyPlug") : t("charger.plugNumber", { number: each.evse }),
          },
          {
            accessor: "expires_at",
            title: t("held.until"),
            render: (each) => <Timestamp at={each.expires_at} />,
          },
          {
            accessor: "status",
            title: t("held.state"),
            render: (each) => (
              <ToneBadge tone={TONES[each.status] ?? "grey"}>
                {t(`held.reservationStates.${each.status}`, { defaultValue: each.status })}
              </ToneBadge>
            ),
          },
          { accessor: "by", title: t("command.by"), render: (each) => <Outside text={each.by} /> },
          {
            accessor: "actions",
            title: <span className="visually-hidden">{t("table.actions")}</span>,
            textAlign: "right",
            render: (each) =>
              may &&
              each.status === "accepted" && (
                <Button size="compact-sm" variant="default" onClick={() => void cancel(each)}>
                  {t("held.giveBack")}
                </Button>
              ),
          },
        ]}
        empty={
          <EmptyState icon={IconClock} title={t("held.noReservations")} text={t("held.noReservationsText")} />
        }
      />
      {adding && <Reserve station={station} onClose={add.close} />}
    </Panel>
  );
}
