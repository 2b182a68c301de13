// All chargers, with search and filters in the URL.
import { Button, Group, Stack } from "@mantine/core";
import { IconChargingPile, IconHome, IconPlus } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { useSiteChoices } from "@/api/lookups";
import type { Station } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { EmptyState } from "@/ui/EmptyState";
import { type Chip, FilterChips, FilterSelect, SearchBox } from "@/ui/Filters";
import { BulkBar } from "@/ui/list/BulkBar";
import { ColumnChooser } from "@/ui/list/ColumnChooser";
import { useColumns } from "@/ui/list/columns";
import { ExportMenu } from "@/ui/list/ExportMenu";
import { SavedViews } from "@/ui/list/SavedViews";
import { STATUS_ORDER } from "@/ui/status";
import { AddCharger } from "./AddCharger";
import { ChargerTable, useChargerColumns } from "./ChargerTable";
import { useStations } from "./queries";

export function AddChargerButton({ usedAs }: { usedAs: "commercial" | "home" }) {
  const { t } = useTranslation();
  const mayEdit = useMay("network");
  const [url, set] = useUrlState();
  if (!mayEdit) return null;
  return (
    <>
      <Button leftSection={<IconPlus size={16} />} onClick={() => set({ add: "1" })}>
        {t("charger.add")}
      </Button>
      <AddCharger
        key={usedAs}
        opened={url.add === "1"}
        usedAs={usedAs}
        onClose={() => set({ add: undefined })}
      />
    </>
  );
}

const PROTOCOLS = ["ocpp1.6", "ocpp2.0.1", "ocpp2.1"];

function useFilters() {
  const { t } = useTranslation();
  const [url] = useUrlState();
  const sites = useSiteChoices();
  const protocols = PROTOCOLS.map((value) => ({
    value,
    label: t(`charger.protocols.${value.replaceAll(".", "_")}`),
  }));
  const chips: Chip[] = [
    url.online && { name: "online", label: t(url.online === "true" ? "charger.online" : "charger.offline") },
    url.status && { name: "status", label: t(`status.${url.status}`, { defaultValue: url.status }) },
    url.site && { name: "site", label: sites.find((each) => each.value === url.site)?.label ?? url.site },
    url.protocol && {
      name: "protocol",
      label: protocols.find((each) => each.value === url.protocol)?.label ?? url.protocol,
    },
    url.vendor && { name: "vendor", label: url.vendor },
    url.firmware && { name: "firmware", label: url.firmware },
  ].filter((each): each is Chip => Boolean(each));
  const fields = (
    <>
      <SearchBox label={t("charger.search")} />
      <FilterSelect
        name="online"
        label={t("charger.connection")}
        choices={[
          { value: "true", label: t("charger.online") },
          { value: "false", label: t("charger.offline") },
        ]}
      />
      <FilterSelect
        name="status"
        label={t("charger.plugStatus")}
        choices={STATUS_ORDER.map((value) => ({ value, label: t(`status.${value}`) }))}
      />
      <FilterSelect name="site" label={t("charger.site")} choices={sites} />
      <FilterSelect name="protocol" label={t("charger.protocol")} choices={protocols} />
    </>
  );
  return { chips, fields };
}

interface ChargerListProps {
  usedAs: "commercial" | "home";
  /** What can be done with the chargers that are ticked. */
  bulk?: (selected: Station[]) => ReactNode;
}

export function ChargerList({ usedAs, bulk }: ChargerListProps) {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const mayEdit = useMay("network");
  const mayExport = useMay("export");
  const filter = {
    q: url.q,
    site_id: url.site,
    status: url.status,
    online: url.online,
    protocol: url.protocol,
    vendor: url.vendor,
    firmware: url.firmware,
    used_as: usedAs,
  };
  const list = useStations(filter);
  const { chips, fields } = useFilters();
  const columns = useColumns(`chargers-${usedAs}`, useChargerColumns());
  const [ticked, setTicked] = useState<Station[]>([]);
  // What is ticked is shown as it is now, not as it was.
  const selected = ticked.map((each) => list.items.find((row) => row.id === each.id) ?? each);
  const filtered = chips.length > 0 || Boolean(url.q);
  const add = mayEdit ? <Button onClick={() => set({ add: "1" })}>{t("charger.add")}</Button> : undefined;
  return (
    <Stack gap="sm">
      <Group gap="xs">
        {fields}
        <Group gap="xs" ml="auto">
          <SavedViews page={`chargers-${usedAs}`} />
          <ColumnChooser columns={columns} />
          {mayExport && <ExportMenu route="/stations/export" query={filter} />}
        </Group>
      </Group>
      <FilterChips chips={chips} />
      <ChargerTable
        list={list}
        columns={columns.columns}
        {...(bulk ? { selected, onSelect: setTicked } : {})}
        empty={
          filtered ? (
            <EmptyState icon={IconChargingPile} title={t("charger.noneMatch")} />
          ) : usedAs === "home" ? (
            <EmptyState
              icon={IconHome}
              title={t("charger.noneHome")}
              text={t("charger.noneHomeText")}
              action={add}
            />
          ) : (
            <EmptyState
              icon={IconChargingPile}
              title={t("charger.none")}
              text={t("charger.noneText")}
              action={add}
            />
          )
        }
      />
      {bulk && (
        <BulkBar count={selected.length} onClear={() => setTicked([])}>
          {bulk(selected)}
        </BulkBar>
      )}
    </Stack>
  );
}
