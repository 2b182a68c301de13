// Chargers at home: whose each is, who was asked to claim it, which prices it follows, and what can be done with one.
import { ActionIcon, Button, Group, Menu, Stack, Text } from "@mantine/core";
import { IconDots, IconHome, IconReceipt2, IconUserMinus, IconUserPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { HomeCharger } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { FilterSelect, SearchBox } from "@/ui/Filters";
import { RouteLink } from "@/ui/Links";
import { ColumnChooser } from "@/ui/list/ColumnChooser";
import { type ListColumn, useColumns } from "@/ui/list/columns";
import { ExportMenu } from "@/ui/list/ExportMenu";
import { SavedViews } from "@/ui/list/SavedViews";
import { StatusBadge, ToneBadge } from "@/ui/StatusBadge";
import { Absent, Outside, Timestamp, useLocale } from "@/ui/Values";
import { OwnerForm } from "./OwnerForm";
import { ChargerProfile } from "./ProfileChoice";
import { homePriceOptions, useHomeChargers, useHomeWrites } from "./queries";

const CLAIMS = ["claimed", "invited", "expired", "nobody"] as const;
const TONES = { claimed: "green", invited: "amber", expired: "red", nobody: "grey" } as const;
type What = "owner" | "profile" | "remove";

export function Claim({ charger }: { charger: HomeCharger }) {
  const { t } = useTranslation();
  return <ToneBadge tone={TONES[charger.claim]}>{t(`home.claim.${charger.claim}`)}</ToneBadge>;
}

function Owner({ charger }: { charger: HomeCharger }) {
  if (charger.owner) {
    return (
      <RouteLink to="/drivers/$id" params={{ id: charger.owner.driver_id }}>
        <Outside line text={charger.owner.name} />
      </RouteLink>
    );
  }
  return <Outside line text={charger.invitation?.name ?? charger.contact_email} />;
}

/** The live price: only of chargers that follow a profile. */
function PriceNow({ charger }: { charger: HomeCharger }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { data } = useQuery({ ...homePriceOptions(charger.id), enabled: charger.price_profile !== null });
  const now = data?.outlook.now;
  if (!data || !now) return <Absent />;
  const format = new Intl.NumberFormat(locale, {
    style: "currency",
    currency: data.outlook.currency,
    maximumFractionDigits: 4,
  });
  return (
    <span className="tabular">
      {t("home.perKwh", { price: format.format(now.total as unknown as number) })}
    </span>
  );
}

function HomeMenu({ charger, ask }: { charger: HomeCharger; ask: (what: What) => void }) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("home.actions", { charger: charger.identity })}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconUserPlus size={16} />} onClick={() => ask("owner")}>
          {t("home.addOwner")}
        </Menu.Item>
        <Menu.Item leftSection={<IconReceipt2 size={16} />} onClick={() => ask("profile")}>
          {t("home.setProfile")}
        </Menu.Item>
        {(charger.owner || charger.invitation) && (
          <Menu.Item color="red" leftSection={<IconUserMinus size={16} />} onClick={() => ask("remove")}>
            {t("home.removeOwner")}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function useHomeColumns(): ListColumn<HomeCharger>[] {
  const { t } = useTranslation();
  return [
    {
      accessor: "identity",
      title: t("home.chargeBox"),
      fixed: true,
      render: (row) => (
        <Stack gap={0}>
          <RouteLink to="/chargers/$id" params={{ id: row.id }}>
            <Outside line mono text={row.identity} />
          </RouteLink>
          {row.name && (
            <Text size="xs" c="dimmed">
              {row.name}
            </Text>
          )}
        </Stack>
      ),
    },
    { accessor: "owner", title: t("home.owner"), render: (row) => <Owner charger={row} /> },
    { accessor: "claim", title: t("home.claimState"), render: (row) => <Claim charger={row} /> },
    {
      accessor: "profile",
      title: t("home.profile"),
      render: (row) => <Outside line text={row.price_profile?.name} />,
    },
    {
      accessor: "price",
      title: t("home.priceNow"),
      textAlign: "right",
      render: (row) => <PriceNow charger={row} />,
    },
    {
      accessor: "status",
      title: t("home.status"),
      render: (row) => <StatusBadge status={row.status ?? "Unknown"} offline={!row.online} />,
    },
    {
      accessor: "last_session_at",
      title: t("home.lastSession"),
      render: (row) => <Timestamp at={row.last_session_at} />,
    },
    {
      accessor: "site",
      title: t("home.site"),
      optional: true,
      render: (row) => <Outside line text={row.site_name} />,
    },
  ];
}

export function HomeList() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const mayEdit = useMay("drivers");
  const mayAdd = useMay("network");
  const mayExport = useMay("export");
  const { removeOwner } = useHomeWrites();
  const filter = { q: url.q, claim: url.claim };
  const list = useHomeChargers(filter);
  const columns = useColumns("home-chargers", useHomeColumns());
  const [asked, setAsked] = useState<{ what: What; charger: HomeCharger } | null>(null);
  const done = () => setAsked(null);
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <SearchBox label={t("home.search")} />
        <FilterSelect
          name="claim"
          label={t("home.claimState")}
          choices={CLAIMS.map((value) => ({ value, label: t(`home.claim.${value}`) }))}
        />
        <Group gap="xs" ml="auto">
          <SavedViews page="home-chargers" />
          <ColumnChooser columns={columns} />
          {mayExport && <ExportMenu route="/home-chargers/export" query={filter} />}
        </Group>
      </Group>
      <DataTable<HomeCharger>
        list={list}
        label={t("home.title")}
        minWidth={900}
        columns={[
          ...columns.columns,
          {
            accessor: "actions",
            title: <span className="visually-hidden">{t("table.actions")}</span>,
            textAlign: "right",
            hidden: !mayEdit,
            render: (row) => <HomeMenu charger={row} ask={(what) => setAsked({ what, charger: row })} />,
          },
        ]}
        empty={
          url.q || url.claim ? (
            <EmptyState icon={IconHome} title={t("home.noneMatch")} />
          ) : (
            <EmptyState
              icon={IconHome}
              title={t("home.none")}
              text={t("home.noneText")}
              action={
                mayAdd ? <Button onClick={() => set({ add: "1" })}>{t("charger.add")}</Button> : undefined
              }
            />
          )
        }
      />
      {asked?.what === "owner" && <OwnerForm charger={asked.charger} onClose={done} />}
      {asked?.what === "profile" && <ChargerProfile charger={asked.charger} onClose={done} />}
      <ConfirmAction
        opened={asked?.what === "remove"}
        onClose={done}
        title={t("home.removeOwner")}
        consequence={t("home.removeOwnerText", { charger: asked?.charger.identity })}
        confirmLabel={t("home.removeOwner")}
        onConfirm={async () => {
          if (asked) await removeOwner(asked.charger.id);
        }}
      />
    </Stack>
  );
}
