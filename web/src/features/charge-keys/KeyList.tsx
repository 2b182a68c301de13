// Charge keys: who may charge, and whose the keys are. All of them, or those of one driver.
import { ActionIcon, Button, Group, Menu, Stack, Text } from "@mantine/core";
import {
  IconBan,
  IconCheck,
  IconDots,
  IconFileUpload,
  IconKey,
  IconPencil,
  IconPlus,
  IconReplace,
  IconTrash,
} from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { IdToken } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { useNow } from "@/lib/useNow";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { FLEETS } from "@/ui/choices";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { type Chip, FilterChips, FilterSelect, SearchBox } from "@/ui/Filters";
import { RouteLink } from "@/ui/Links";
import { BulkBar } from "@/ui/list/BulkBar";
import { ColumnChooser } from "@/ui/list/ColumnChooser";
import { type ListColumn, useColumns } from "@/ui/list/columns";
import { ExportMenu } from "@/ui/list/ExportMenu";
import { SavedViews } from "@/ui/list/SavedViews";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { ToneBadge } from "@/ui/StatusBadge";
import { Absent, Outside, Timestamp } from "@/ui/Values";
import { ImportKeys } from "./ImportKeys";
import { type Holder, KeyForm, KINDS } from "./KeyForm";
import { type KeyFilter, useIdTokens, useIdTokenWrites } from "./queries";
import { ReplaceKey } from "./ReplaceKey";

export function AddKeyButton() {
  const { t } = useTranslation();
  const mayEdit = useMay("tokens");
  const [url, set] = useUrlState();
  if (!mayEdit) return null;
  return (
    <Group gap="xs">
      <Button
        variant="default"
        leftSection={<IconFileUpload size={16} />}
        onClick={() => set({ import: "1" })}
      >
        {t("key.import")}
      </Button>
      <Button leftSection={<IconPlus size={16} />} onClick={() => set({ add: "1" })}>
        {t("key.add")}
      </Button>
      {url.add === "1" && <KeyForm onClose={() => set({ add: undefined })} />}
      {url.import === "1" && <ImportKeys onClose={() => set({ import: undefined })} />}
    </Group>
  );
}

function KeyStatus({ token }: { token: IdToken }) {
  const { t } = useTranslation();
  const now = useNow(60_000);
  if (token.status === "blocked") return <ToneBadge tone="red">{t("key.blocked")}</ToneBadge>;
  if (token.expires_at && new Date(token.expires_at) < now) {
    return <ToneBadge tone="amber">{t("key.expired")}</ToneBadge>;
  }
  return <ToneBadge tone="green">{t("key.accepted")}</ToneBadge>;
}

type Ask = (what: "edit" | "replace" | "remove", token: IdToken) => void;

function KeyMenu({ token, ask }: { token: IdToken; ask: Ask }) {
  const { t } = useTranslation();
  const { change } = useIdTokenWrites();
  const problemText = useProblemText();
  const blocked = token.status === "blocked";
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t("key.actions", { key: token.uid })}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => ask("edit", token)}>
          {t("key.edit")}
        </Menu.Item>
        <Menu.Item leftSection={<IconReplace size={16} />} onClick={() => ask("replace", token)}>
          {t("key.replace")}
        </Menu.Item>
        <Menu.Item
          leftSection={blocked ? <IconCheck size={16} /> : <IconBan size={16} />}
          onClick={() =>
            change(token.id, { status: blocked ? "accepted" : "blocked" }).catch((error) =>
              notifyFailed(problemText(error)),
            )
          }
        >
          {t(blocked ? "key.unblock" : "key.block")}
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => ask("remove", token)}>
          {t("key.remove")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function useKeyColumns(ask: Ask, ofDriver: boolean): ListColumn<IdToken>[] {
  const { t } = useTranslation();
  const mayEdit = useMay("tokens");
  return [
    {
      accessor: "uid",
      title: t("key.uid"),
      fixed: true,
      render: (row) => (
        <RouteLink to="/sessions" search={{ key: row.uid }}>
          <Outside line text={row.uid} mono />
        </RouteLink>
      ),
    },
    { accessor: "alias", title: t("key.alias"), render: (row) => <Outside line text={row.alias} /> },
    {
      accessor: "kind",
      title: t("key.kind"),
      render: (row) => t(`key.kinds.${row.kind}`, { defaultValue: row.kind }),
    },
    {
      accessor: "driver_name",
      title: t("key.driver"),
      hidden: ofDriver,
      render: (row) =>
        row.driver_id ? (
          <RouteLink to="/drivers/$id" params={{ id: row.driver_id }}>
            <Outside line text={row.driver_name} />
          </RouteLink>
        ) : (
          <Absent />
        ),
    },
    { accessor: "car_plate", title: t("key.car"), render: (row) => <Outside line text={row.car_plate} /> },
    { accessor: "team_name", title: t("key.team"), render: (row) => <Outside line text={row.team_name} /> },
    { accessor: "status", title: t("key.status"), render: (row) => <KeyStatus token={row} /> },
    {
      accessor: "last_used_at",
      title: t("key.lastUsed"),
      render: (row) => <Timestamp at={row.last_used_at} />,
    },
    {
      accessor: "group",
      title: t("key.group"),
      optional: true,
      render: (row) => <Outside line text={row.group} />,
    },
    {
      accessor: "fleet",
      title: t("fleetKind.label"),
      optional: true,
      render: (row) => (row.fleet ? t(`fleetKind.${row.fleet}`) : <Absent />),
    },
    {
      accessor: "expires_at",
      title: t("key.expires"),
      optional: true,
      render: (row) => <Timestamp at={row.expires_at} />,
    },
    {
      accessor: "actions",
      name: t("table.actions"),
      title: <span className="visually-hidden">{t("table.actions")}</span>,
      fixed: true,
      textAlign: "right",
      hidden: !mayEdit,
      render: (row) => <KeyMenu token={row} ask={ask} />,
    },
  ];
}

function useFilters() {
  const { t } = useTranslation();
  const [url] = useUrlState();
  const lists: Record<string, { value: string; label: string }[]> = {
    kind: KINDS.map((value) => ({ value, label: t(`key.kinds.${value}`) })),
    status: ["accepted", "blocked"].map((value) => ({ value, label: t(`key.${value}`) })),
    fleet: FLEETS.map((value) => ({ value, label: t(`fleetKind.${value}`) })),
    linked: [
      { value: "true", label: t("key.linked") },
      { value: "false", label: t("key.free") },
    ],
  };
  const chips = Object.entries(lists).flatMap(([name, list]): Chip[] => {
    const value = url[name];
    return value ? [{ name, label: list.find((each) => each.value === value)?.label ?? value }] : [];
  });
  return { lists, chips };
}

function BulkActions({ rows, onDone }: { rows: IdToken[]; onDone: () => void }) {
  const { t } = useTranslation();
  const { bulk } = useIdTokenWrites();
  const problemText = useProblemText();
  const [removing, setRemoving] = useState(false);
  const ids = rows.map((row) => row.id);
  const act = (deed: "block" | "unblock") =>
    void bulk(ids, deed).then(onDone, (error) => notifyFailed(problemText(error)));
  return (
    <>
      <Button size="xs" variant="default" onClick={() => act("block")}>
        {t("key.block")}
      </Button>
      <Button size="xs" variant="default" onClick={() => act("unblock")}>
        {t("key.unblock")}
      </Button>
      <Button size="xs" variant="default" onClick={() => setRemoving(true)}>
        {t("key.removeMany")}
      </Button>
      <ConfirmAction
        opened={removing}
        onClose={() => setRemoving(false)}
        title={t("key.removeMany")}
        consequence={t("key.removeManyText", { count: rows.length })}
        confirmLabel={t("key.removeMany")}
        onConfirm={async () => {
          await bulk(ids, "delete");
          onDone();
        }}
      />
    </>
  );
}

export function KeyList({ holder }: { holder?: Holder }) {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const mayEdit = useMay("tokens");
  const mayExport = useMay("export");
  const { lists, chips } = useFilters();
  const { q, kind, status, fleet, linked } = url;
  const filter: KeyFilter = holder?.driver
    ? { driver_id: holder.driver.id }
    : { q, kind, status, fleet, linked };
  const list = useIdTokens(filter);
  const { remove } = useIdTokenWrites();
  const [ticked, setTicked] = useState<IdToken[]>([]);
  const [asked, setAsked] = useState<{ what: "edit" | "replace" | "remove"; token: IdToken } | null>(null);
  const done = () => setAsked(null);
  const columns = useColumns(
    "charge-keys",
    useKeyColumns((what, token) => setAsked({ what, token }), Boolean(holder)),
  );
  const selected = ticked.flatMap((row) => list.items.find((each) => each.id === row.id) ?? []);
  const filtered = !holder && (Boolean(q) || chips.length > 0);
  const add = mayEdit ? <Button onClick={() => set({ addKey: "1" })}>{t("key.add")}</Button> : undefined;
  return (
    <Stack gap="sm">
      {holder ? (
        <Group justify="flex-end">{list.items.length > 0 && add}</Group>
      ) : (
        <>
          <Group gap="xs">
            <SearchBox label={t("key.search")} />
            <FilterSelect name="kind" label={t("key.kind")} choices={lists.kind ?? []} />
            <FilterSelect name="status" label={t("key.status")} choices={lists.status ?? []} />
            <FilterSelect name="fleet" label={t("fleetKind.label")} choices={lists.fleet ?? []} />
            <FilterSelect name="linked" label={t("key.whose")} choices={lists.linked ?? []} />
            <Group gap="xs" ml="auto">
              <SavedViews page="charge-keys" />
              <ColumnChooser columns={columns} />
              {mayExport && <ExportMenu route="/id-tokens/export" query={filter} />}
            </Group>
          </Group>
          <FilterChips chips={chips} />
        </>
      )}
      <DataTable<IdToken>
        list={list}
        columns={columns.columns}
        label={t("key.list")}
        minWidth={860}
        {...(mayEdit ? { selected, onSelect: setTicked, rowName: (row: IdToken) => row.uid } : {})}
        empty={
          filtered ? (
            <EmptyState icon={IconKey} title={t("key.noneMatch")} />
          ) : (
            <EmptyState
              icon={IconKey}
              title={t(holder ? "key.noneOfDriver" : "key.none")}
              text={t(holder ? "key.noneOfDriverText" : "key.noneText")}
              action={
                holder ? add : mayEdit && <Button onClick={() => set({ add: "1" })}>{t("key.add")}</Button>
              }
            />
          )
        }
      />
      {mayEdit && (
        <BulkBar count={selected.length} onClear={() => setTicked([])}>
          <BulkActions rows={selected} onDone={() => setTicked([])} />
        </BulkBar>
      )}
      {holder && url.addKey === "1" && <KeyForm holder={holder} onClose={() => set({ addKey: undefined })} />}
      {asked?.what === "edit" && <KeyForm token={asked.token} onClose={done} />}
      {asked?.what === "replace" && <ReplaceKey token={asked.token} onClose={done} />}
      <ConfirmAction
        opened={asked?.what === "remove"}
        onClose={done}
        title={t("key.remove")}
        consequence={<Text>{t("key.removeText", { key: asked?.token.alias ?? asked?.token.uid })}</Text>}
        confirmLabel={t("key.remove")}
        onConfirm={async () => {
          if (asked) await remove(asked.token.id);
        }}
      />
    </Stack>
  );
}
