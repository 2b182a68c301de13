// All access profiles, and which cards may start what costs something.
import { Button, Group, Select, Text, TextInput } from "@mantine/core";
import { IconLockAccess, IconPlus, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { AccessProfile, KeyPayment } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { Panel } from "@/ui/Panel";
import { notifyDone, notifyFailed, useProblemText } from "@/ui/problem";
import { ToneBadge } from "@/ui/StatusBadge";
import { Outside } from "@/ui/Values";
import { ProfileForm } from "./ProfileForm";
import { usePeopleText, usePlacesText, useTimesText } from "./ProfileWords";
import { keyPaymentOptions, useAccessProfiles, useChoices, useProfileWrites } from "./queries";

const POLICIES: KeyPayment[] = ["always", "with_payment", "only_free", "never"];

export function AddProfileButton() {
  const { t } = useTranslation();
  const may = useMay("tariffs");
  const [adding, setAdding] = useState(false);
  if (!may) return null;
  return (
    <>
      <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
        {t("accessProfile.add")}
      </Button>
      {adding && <ProfileForm old={null} onClose={() => setAdding(false)} />}
    </>
  );
}

export function KeyPaymentPanel() {
  const { t } = useTranslation();
  const may = useMay("tariffs");
  const problemText = useProblemText();
  const { setKeyPayment } = useProfileWrites();
  const { data } = useQuery(keyPaymentOptions);
  return (
    <Panel title={t("accessProfile.keyPayment")}>
      <Select
        aria-label={t("accessProfile.keyPayment")}
        description={t("accessProfile.keyPaymentHelp")}
        data={POLICIES.map((value) => ({ value, label: t(`accessProfile.policies.${value}`) }))}
        value={data?.policy ?? null}
        allowDeselect={false}
        disabled={!may || !data}
        maw={560}
        onChange={(policy) => {
          if (!policy) return;
          void setKeyPayment(policy as KeyPayment)
            .then(() => notifyDone(t("form.saved")))
            .catch((error) => notifyFailed(problemText(error)));
        }}
      />
    </Panel>
  );
}

function useColumns(edit: (row: AccessProfile) => void, remove: (row: AccessProfile) => void) {
  const { t } = useTranslation();
  const may = useMay("tariffs");
  const choices = useChoices(useMay("drivers_read"));
  const [places, people, times] = [usePlacesText(), usePeopleText(choices), useTimesText()];
  const columns: Column<AccessProfile>[] = [
    {
      accessor: "name",
      title: t("accessProfile.name"),
      render: (row) => (
        <Group gap={6}>
          <Text fw={550} size="sm">
            <Outside line text={row.name} />
          </Text>
          {!row.active && <ToneBadge tone="grey">{t("accessProfile.inactive")}</ToneBadge>}
        </Group>
      ),
    },
    { accessor: "places", title: t("accessProfile.where"), render: (row) => places(row.rules) },
    {
      accessor: "people",
      title: t("accessProfile.who"),
      render: (row) => <Outside text={people(row.rules)} />,
    },
    { accessor: "times", title: t("accessProfile.when"), render: (row) => times(row.rules) },
    {
      accessor: "tariff",
      title: t("tariff.one"),
      render: (row) => (
        <Outside
          text={
            choices.tariffs.find((each) => each.id === row.rules.tariff_id)?.name ??
            t("accessProfile.placeTariff")
          }
        />
      ),
    },
  ];
  if (may)
    columns.push({
      accessor: "actions",
      title: <span className="visually-hidden">{t("table.actions")}</span>,
      textAlign: "right",
      render: (row) => (
        <Group gap={4} justify="flex-end" wrap="nowrap">
          <Button size="compact-sm" variant="default" onClick={() => edit(row)}>
            {t("accessProfile.change")}
          </Button>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => remove(row)}>
            {t("accessProfile.remove")}
          </Button>
        </Group>
      ),
    });
  return columns;
}

export function ProfileList() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const list = useAccessProfiles();
  const { remove } = useProfileWrites();
  const [editing, setEditing] = useState<AccessProfile | null>(null);
  const [removing, setRemoving] = useState<AccessProfile | null>(null);
  const columns = useColumns(setEditing, setRemoving);
  const wanted = (url.q ?? "").toLocaleLowerCase();
  const items = list.items.filter((each) => each.name.toLocaleLowerCase().includes(wanted));
  return (
    <>
      <TextInput
        aria-label={t("accessProfile.search")}
        placeholder={t("accessProfile.search")}
        leftSection={<IconSearch size={15} aria-hidden />}
        maw={320}
        value={url.q ?? ""}
        onChange={(event) => set({ q: event.currentTarget.value || undefined })}
      />
      <DataTable<AccessProfile>
        list={{ ...list, items }}
        columns={columns}
        label={t("accessProfile.title")}
        minWidth={820}
        empty={
          <EmptyState
            icon={IconLockAccess}
            title={wanted ? t("accessProfile.noneMatch") : t("accessProfile.none")}
            text={wanted ? undefined : t("accessProfile.noneText")}
            action={wanted ? undefined : <AddProfileButton />}
          />
        }
      />
      {editing && <ProfileForm old={editing} onClose={() => setEditing(null)} />}
      <ConfirmAction
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={t("accessProfile.removeTitle", { name: removing?.name })}
        consequence={t("accessProfile.removeText")}
        confirmLabel={t("accessProfile.remove")}
        onConfirm={async () => {
          if (removing) await remove(removing.id);
        }}
      />
    </>
  );
}
