// All charge keys: who may charge.
import { ActionIcon, Button, Menu, Stack, Text } from "@mantine/core";
import { IconBan, IconCheck, IconDots, IconKey, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { IdToken } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { useNow } from "@/lib/useNow";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { SearchBox } from "@/ui/Filters";
import { RouteLink } from "@/ui/Links";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { ToneBadge } from "@/ui/StatusBadge";
import { Outside, Timestamp } from "@/ui/Values";
import { AddKey } from "./AddKey";
import { useIdTokens, useIdTokenWrites } from "./queries";

export function AddKeyButton() {
  const { t } = useTranslation();
  const mayEdit = useMay("tokens");
  const [url, set] = useUrlState();
  if (!mayEdit) return null;
  return (
    <>
      <Button leftSection={<IconPlus size={16} />} onClick={() => set({ add: "1" })}>
        {t("key.add")}
      </Button>
      {url.add === "1" && <AddKey onClose={() => set({ add: undefined })} />}
    </>
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

function KeyMenu({ token, onRemove }: { token: IdToken; onRemove: () => void }) {
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
        <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={onRemove}>
          {t("key.remove")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function useColumns(onRemove: (token: IdToken) => void): Column<IdToken>[] {
  const { t } = useTranslation();
  const mayEdit = useMay("tokens");
  return [
    {
      accessor: "uid",
      title: t("key.uid"),
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
    { accessor: "group", title: t("key.group"), render: (row) => <Outside line text={row.group} /> },
    { accessor: "status", title: t("key.status"), render: (row) => <KeyStatus token={row} /> },
    { accessor: "expires_at", title: t("key.expires"), render: (row) => <Timestamp at={row.expires_at} /> },
    {
      accessor: "last_used_at",
      title: t("key.lastUsed"),
      render: (row) => <Timestamp at={row.last_used_at} />,
    },
    {
      accessor: "actions",
      title: <span className="visually-hidden">{t("table.actions")}</span>,
      textAlign: "right",
      hidden: !mayEdit,
      render: (row) => <KeyMenu token={row} onRemove={() => onRemove(row)} />,
    },
  ];
}

export function KeyList() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const mayEdit = useMay("tokens");
  const list = useIdTokens(url.q);
  const { remove } = useIdTokenWrites();
  const [removing, setRemoving] = useState<IdToken | null>(null);
  return (
    <Stack gap="sm">
      <SearchBox label={t("key.search")} />
      <DataTable<IdToken>
        list={list}
        columns={useColumns(setRemoving)}
        label={t("key.list")}
        minWidth={820}
        empty={
          url.q ? (
            <EmptyState icon={IconKey} title={t("key.noneMatch")} />
          ) : (
            <EmptyState
              icon={IconKey}
              title={t("key.none")}
              text={t("key.noneText")}
              action={mayEdit ? <Button onClick={() => set({ add: "1" })}>{t("key.add")}</Button> : undefined}
            />
          )
        }
      />
      <ConfirmAction
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={t("key.remove")}
        consequence={<Text>{t("key.removeText", { key: removing?.alias ?? removing?.uid })}</Text>}
        confirmLabel={t("key.remove")}
        onConfirm={async () => {
          if (removing) await remove(removing.id);
        }}
      />
    </Stack>
  );
}
