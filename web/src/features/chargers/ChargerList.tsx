// All chargers, with search and filters in the URL.
import { Button, Group, Stack } from "@mantine/core";
import { IconChargingPile, IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { useSiteChoices } from "@/api/lookups";
import { useUrlState } from "@/lib/urlState";
import { EmptyState } from "@/ui/EmptyState";
import { type Chip, FilterChips, FilterSelect, SearchBox } from "@/ui/Filters";
import { STATUS_ORDER } from "@/ui/status";
import { AddCharger } from "./AddCharger";
import { ChargerTable } from "./ChargerTable";
import { useStations } from "./queries";

export function AddChargerButton() {
  const { t } = useTranslation();
  const mayEdit = useMay("network");
  const [url, set] = useUrlState();
  if (!mayEdit) return null;
  return (
    <>
      <Button leftSection={<IconPlus size={16} />} onClick={() => set({ add: "1" })}>
        {t("charger.add")}
      </Button>
      <AddCharger opened={url.add === "1"} onClose={() => set({ add: undefined })} />
    </>
  );
}

export function ChargerList() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const sites = useSiteChoices();
  const mayEdit = useMay("network");
  const list = useStations({ q: url.q, site_id: url.site, status: url.status, online: url.online });
  const chips: Chip[] = [
    url.online && { name: "online", label: t(url.online === "true" ? "charger.online" : "charger.offline") },
    url.status && { name: "status", label: t(`status.${url.status}`, { defaultValue: url.status }) },
    url.site && { name: "site", label: sites.find((each) => each.value === url.site)?.label ?? url.site },
  ].filter((each): each is Chip => Boolean(each));
  const filtered = chips.length > 0 || Boolean(url.q);
  return (
    <Stack gap="sm">
      <Group gap="xs">
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
      </Group>
      <FilterChips chips={chips} />
      <ChargerTable
        list={list}
        empty={
          filtered ? (
            <EmptyState icon={IconChargingPile} title={t("charger.noneMatch")} />
          ) : (
            <EmptyState
              icon={IconChargingPile}
              title={t("charger.none")}
              text={t("charger.noneText")}
              action={
                mayEdit ? <Button onClick={() => set({ add: "1" })}>{t("charger.add")}</Button> : undefined
              }
            />
          )
        }
      />
    </Stack>
  );
}
