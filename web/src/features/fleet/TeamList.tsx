// Teams: charge keys on one account, at the team's places only.
import { Button, Group, Menu, Modal, Pill, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPlus, IconUsers, IconUsersGroup } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Places, Team } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { DriverChoice, FleetChoice, fleetValue, PlacesField } from "@/ui/choices";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { FormDialog } from "@/ui/FormDialog";
import { PlacesText } from "@/ui/PlacesText";
import { notifyDone, notifyFailed, useProblemText } from "@/ui/problem";
import { Count, Outside } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { teamMembersOptions, teamsOptions, useFleetWrites } from "./queries";
import { RowMenu } from "./RowMenu";

const EVERYWHERE: Places = { everywhere: true, site_ids: [], station_ids: [] };

function TeamForm({ team, fleet, onClose }: { team?: Team; fleet: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const { saveTeam } = useFleetWrites();
  const form = useForm({
    initialValues: {
      name: team?.name ?? "",
      fleet: team ? (team.fleet ?? "none") : (fleet ?? "none"),
      payer: team?.payer ?? "",
      payer_email: team?.payer_email ?? "",
      places: team?.places ?? EVERYWHERE,
    },
    validate: { name: (value) => (value.trim() ? null : t("form.required")) },
  });
  return (
    <FormDialog
      title={t(team ? "team.edit" : "team.add")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t(team ? "form.save" : "team.add")}
      onSubmit={async (values) => {
        await saveTeam(team?.id, {
          ...values,
          fleet: fleetValue(values.fleet),
          payer: values.payer.trim() || null,
          payer_email: values.payer_email.trim() || null,
        });
        notifyDone(t("form.saved"));
      }}
    >
      <TextInput label={t("team.name")} required data-autofocus {...form.getInputProps("name")} />
      <FleetChoice {...form.getInputProps("fleet")} />
      <Group grow align="flex-start">
        <TextInput
          label={t("team.payer")}
          description={t("team.payerHelp")}
          {...form.getInputProps("payer")}
        />
        <TextInput
          label={t("team.payerEmail")}
          description={t("team.payerEmailHelp")}
          type="email"
          {...form.getInputProps("payer_email")}
        />
      </Group>
      <Text fw={600}>{t("team.places")}</Text>
      <Text size="sm" c="dimmed">
        {t("team.placesHelp")}
      </Text>
      <PlacesField
        label={t("team.places")}
        value={form.values.places}
        onChange={(places) => form.setFieldValue("places", places)}
      />
    </FormDialog>
  );
}

function Members({ team, onClose }: { team: Team; onClose: () => void }) {
  const { t } = useTranslation();
  const { data } = useQuery(teamMembersOptions(team.id));
  const { setMember } = useFleetWrites();
  const problemText = useProblemText();
  const set = (driver: string, member: boolean) =>
    void setMember(team.id, driver, member).catch((error) => notifyFailed(problemText(error)));
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("team.membersOf", { team: team.name })}
      closeButtonProps={{ "aria-label": t("form.close") }}
    >
      {!data ? (
        <Waiting />
      ) : (
        <Stack gap="md">
          <DriverChoice
            key={data.items.length}
            label={t("team.addMember")}
            fleet={team.fleet ?? "none"}
            value={null}
            onChange={(driver) => driver && set(driver, true)}
          />
          <Group gap={6}>
            {data.items.length === 0 && <Text c="dimmed">{t("team.noMembers")}</Text>}
            {data.items.map((driver) => (
              <Pill
                key={driver.id}
                size="md"
                withRemoveButton
                onRemove={() => set(driver.id, false)}
                removeButtonProps={{
                  "aria-label": t("team.removeMember", { name: driver.name }),
                  tabIndex: 0,
                  "aria-hidden": false,
                }}
              >
                {driver.name}
              </Pill>
            ))}
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

export function TeamList() {
  const { t } = useTranslation();
  const [url] = useUrlState();
  const mayEdit = useMay("drivers");
  const { remove } = useFleetWrites();
  const { data, error, isPending, refetch } = useQuery(teamsOptions(url.fleet));
  const [editing, setEditing] = useState<Team | "new" | null>(null);
  const [members, setMembers] = useState<Team | null>(null);
  const [removing, setRemoving] = useState<Team | null>(null);
  const items = data?.items ?? [];
  const add = mayEdit && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setEditing("new")}>
      {t("team.add")}
    </Button>
  );
  return (
    <Stack gap="sm">
      {items.length > 0 && <Group justify="flex-end">{add}</Group>}
      <DataTable<Team>
        list={{ items, loading: isPending, error, retry: () => void refetch() }}
        label={t("team.title")}
        columns={[
          {
            accessor: "name",
            title: t("team.name"),
            render: (row) => (
              <span style={{ fontWeight: 550 }}>
                <Outside line text={row.name} />
              </span>
            ),
          },
          {
            accessor: "fleet",
            title: t("fleetKind.label"),
            render: (row) => t(`fleetKind.${row.fleet ?? "none"}`),
          },
          {
            accessor: "places",
            title: t("team.places"),
            render: (row) => <PlacesText places={row.places} />,
          },
          { accessor: "payer", title: t("team.payer"), render: (row) => <Outside line text={row.payer} /> },
          {
            accessor: "members",
            title: t("team.members"),
            textAlign: "right",
            render: (row) => <Count value={row.members} />,
          },
          {
            accessor: "keys",
            title: t("driver.keys"),
            textAlign: "right",
            render: (row) => <Count value={row.keys} />,
          },
          {
            accessor: "actions",
            title: <span className="visually-hidden">{t("table.actions")}</span>,
            textAlign: "right",
            hidden: !mayEdit,
            render: (row) => (
              <RowMenu name={row.name} onEdit={() => setEditing(row)} onRemove={() => setRemoving(row)}>
                <Menu.Item leftSection={<IconUsers size={16} />} onClick={() => setMembers(row)}>
                  {t("team.editMembers")}
                </Menu.Item>
              </RowMenu>
            ),
          },
        ]}
        empty={
          <EmptyState
            icon={IconUsersGroup}
            title={t("team.none")}
            text={t("team.noneText")}
            action={add || undefined}
          />
        }
      />
      {editing && (
        <TeamForm
          {...(editing === "new" ? {} : { team: editing })}
          fleet={url.fleet}
          onClose={() => setEditing(null)}
        />
      )}
      {members && <Members team={members} onClose={() => setMembers(null)} />}
      <ConfirmAction
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={t("team.remove")}
        consequence={t("team.removeText", { team: removing?.name })}
        confirmLabel={t("team.remove")}
        onConfirm={async () => {
          if (removing) await remove("teams", removing.id);
        }}
      />
    </Stack>
  );
}
