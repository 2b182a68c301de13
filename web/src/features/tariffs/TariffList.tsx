// All tariffs: what they cost in words, since when, and where they are in use.
import { Button, Group, Text } from "@mantine/core";
import { IconPlus, IconReceipt2 } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Tariff } from "@/api/types";
import { useNow } from "@/lib/useNow";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { RouteLink } from "@/ui/Links";
import { ToneBadge } from "@/ui/StatusBadge";
import { Count, Outside, Timestamp, useLocale } from "@/ui/Values";
import { useTariffs } from "./queries";
import { TariffForm } from "./TariffForm";
import { inOneLine } from "./words";

/** The version that holds at a moment, and the next one. */
export function versionsAt(tariff: Tariff, now: Date) {
  const behind = tariff.versions.filter((each) => new Date(each.valid_from) <= now);
  return { current: behind.at(-1), next: tariff.versions[behind.length] };
}

export function AddTariffButton() {
  const { t } = useTranslation();
  const may = useMay("tariffs");
  const navigate = useNavigate();
  const [adding, setAdding] = useState(false);
  if (!may) return null;
  return (
    <>
      <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
        {t("tariff.add")}
      </Button>
      {adding && (
        <TariffForm
          onClose={() => setAdding(false)}
          onMade={(made) => void navigate({ to: "/tariffs/$id", params: { id: made.id } })}
        />
      )}
    </>
  );
}

export function TariffList() {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow(60_000);
  const list = useTariffs();
  const columns: Column<Tariff>[] = [
    {
      accessor: "name",
      title: t("tariff.name"),
      render: (row) => (
        <RouteLink to="/tariffs/$id" params={{ id: row.id }} fw={550}>
          <Outside line text={row.name} />
        </RouteLink>
      ),
    },
    {
      accessor: "prices",
      title: t("tariff.prices"),
      render: (row) => {
        const { current, next } = versionsAt(row, now);
        const shown = current ?? next;
        return (
          <Group gap={6}>
            <Text size="sm" style={{ whiteSpace: "normal" }}>
              {shown ? inOneLine(shown.rules, locale, t) : ""}
            </Text>
            {next && (
              <ToneBadge tone="blue">
                {t("tariff.changesOn")} <Timestamp at={next.valid_from} />
              </ToneBadge>
            )}
          </Group>
        );
      },
    },
    { accessor: "currency", title: t("tariff.currency") },
    {
      accessor: "sites",
      title: t("tariff.sites"),
      textAlign: "right",
      render: (row) => <Count value={row.uses.filter((each) => each.kind === "site").length} />,
    },
    {
      accessor: "chargers",
      title: t("tariff.chargers"),
      textAlign: "right",
      render: (row) => (
        <Count value={new Set(row.uses.filter((each) => each.kind !== "site").map((each) => each.id)).size} />
      ),
    },
  ];
  return (
    <DataTable<Tariff>
      list={list}
      columns={columns}
      label={t("tariff.title")}
      minWidth={680}
      empty={
        <EmptyState
          icon={IconReceipt2}
          title={t("tariff.none")}
          text={t("tariff.noneText")}
          action={<AddTariffButton />}
        />
      }
    />
  );
}
