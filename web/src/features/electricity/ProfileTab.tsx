// Price profiles: which there are, what each costs now, and who follows them.
import { Button, Group, Stack } from "@mantine/core";
import { IconPlus, IconReceipt2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { PriceProfile } from "@/api/types";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { Panel } from "@/ui/Panel";
import { Count, Outside } from "@/ui/Values";
import { Outlook } from "./Outlook";
import { ProfileForm } from "./ProfileForm";
import { usePerKwh } from "./price";
import { outlookOptions, priceProfilesOptions, useProfileWrites } from "./profileQueries";
import { useSpotZones } from "./queries";
import { RowActions } from "./RowActions";

function Now({ profile }: { profile: PriceProfile }) {
  const perKwh = usePerKwh(profile.currency);
  const { data } = useQuery(outlookOptions(profile.id, undefined));
  return <span className="tabular">{data?.now ? perKwh(data.now.total) : "—"}</span>;
}

function OutlookPanel({ profile }: { profile: PriceProfile }) {
  const { t } = useTranslation();
  const { data } = useQuery(outlookOptions(profile.id, undefined));
  if (!data) return null;
  return (
    <Panel title={t("priceProfile.outlook", { name: profile.name })}>
      <Outlook of={data} />
    </Panel>
  );
}

export function ProfileTab() {
  const { t } = useTranslation();
  const mayEdit = useMay("tariffs");
  const { remove } = useProfileWrites();
  const list = useQuery(priceProfilesOptions);
  const { data: followed } = useSpotZones();
  const [asked, setAsked] = useState<{ what: "add" | "edit" | "remove"; of?: PriceProfile } | null>(null);
  const [opened, setOpened] = useState<string | null>(null);
  const items = list.data ?? [];
  const shown = items.find((each) => each.id === opened) ?? items[0];
  const done = () => setAsked(null);
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setAsked({ what: "add" })}>
      {t("priceProfile.add")}
    </Button>
  );
  return (
    <Stack gap="md">
      {mayEdit && items.length > 0 && <Group justify="flex-end">{add}</Group>}
      <DataTable<PriceProfile>
        list={{
          items,
          loading: list.isPending,
          error: list.error,
          retry: () => void list.refetch(),
        }}
        label={t("priceProfile.title")}
        minWidth={620}
        onOpen={(row) => setOpened(row.id)}
        columns={[
          {
            accessor: "name",
            title: t("priceProfile.name"),
            render: (row) => <Outside line text={row.name} />,
          },
          {
            accessor: "zone",
            title: t("electricity.zone"),
            render: (row) => `${row.zone} · ${row.currency}`,
          },
          {
            accessor: "now",
            title: t("priceProfile.now"),
            textAlign: "right",
            render: (row) => <Now profile={row} />,
          },
          {
            accessor: "chargers",
            title: t("priceProfile.chargers"),
            textAlign: "right",
            render: (row) => <Count value={row.chargers} />,
          },
          {
            accessor: "owners",
            title: t("priceProfile.owners"),
            textAlign: "right",
            render: (row) => <Count value={row.owners} />,
          },
          {
            accessor: "actions",
            title: <span className="visually-hidden">{t("table.actions")}</span>,
            textAlign: "right",
            hidden: !mayEdit,
            render: (row) => (
              <RowActions
                name={row.name}
                onEdit={() => setAsked({ what: "edit", of: row })}
                onRemove={() => setAsked({ what: "remove", of: row })}
              />
            ),
          },
        ]}
        empty={
          <EmptyState
            icon={IconReceipt2}
            title={t("priceProfile.none")}
            text={t("priceProfile.noneText")}
            action={mayEdit ? add : undefined}
          />
        }
      />
      {shown && <OutlookPanel key={shown.id} profile={shown} />}
      {(asked?.what === "add" || asked?.what === "edit") && (
        <ProfileForm
          {...(asked.of ? { profile: asked.of } : {})}
          {...(followed?.[0] ? { market: followed[0] } : {})}
          onClose={done}
        />
      )}
      <ConfirmAction
        opened={asked?.what === "remove"}
        onClose={done}
        title={t("priceProfile.remove")}
        consequence={t("priceProfile.removeText", { name: asked?.of?.name })}
        confirmLabel={t("priceProfile.remove")}
        onConfirm={async () => {
          if (asked?.of) await remove(asked.of.id);
        }}
      />
    </Stack>
  );
}
