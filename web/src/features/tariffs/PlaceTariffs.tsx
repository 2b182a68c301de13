// Which tariff holds at a site, and which single chargers and plugs have their own or publish another.
import { Button, Group, Select, Stack, Table, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Station, StationTariff } from "@/api/types";
import { FormDialog } from "@/ui/FormDialog";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { notifyDone } from "@/ui/problem";
import { stationTariffsOptions, tariffOptions, useTariffChoices, useTariffWrites } from "./queries";
import { versionsAt } from "./TariffList";
import { TariffWords } from "./TariffWords";

interface SitePlace {
  id: string;
  name: string;
  currency: string;
  tariff_id: string | null;
}

function ChooseForSite({ site, onClose }: { site: SitePlace; onClose: () => void }) {
  const { t } = useTranslation();
  const { ofSite } = useTariffWrites();
  const choices = useTariffChoices(site.currency);
  const form = useForm({ initialValues: { tariff_id: site.tariff_id } });
  return (
    <FormDialog
      title={t("tariff.chooseFor", { place: site.name })}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("form.save")}
      onSubmit={async ({ tariff_id }) => {
        await ofSite(site.id, tariff_id || null);
        notifyDone(t("form.saved"));
      }}
    >
      <Select
        label={t("tariff.one")}
        description={t("tariff.chooseHelp", { currency: site.currency })}
        data={choices}
        clearable
        searchable
        placeholder={t("tariff.noTariff")}
        nothingFoundMessage={t("tariff.noneIn", { currency: site.currency })}
        {...form.getInputProps("tariff_id")}
      />
    </FormDialog>
  );
}

/** The tariff of a site, in words. */
export function SiteTariff({ site }: { site: SitePlace }) {
  const { t } = useTranslation();
  const may = useMay("network");
  const [choosing, setChoosing] = useState(false);
  const { data } = useQuery({ ...tariffOptions(site.tariff_id ?? ""), enabled: site.tariff_id !== null });
  const rules = data && versionsAt(data, new Date()).current?.rules;
  return (
    <Panel
      title={t("tariff.one")}
      aside={
        may && (
          <Button size="xs" variant="default" onClick={() => setChoosing(true)}>
            {t("tariff.choose")}
          </Button>
        )
      }
    >
      {data ? (
        <Stack gap="xs">
          <RouteLink to="/tariffs/$id" params={{ id: data.id }} fw={600}>
            {data.name}
          </RouteLink>
          {rules && <TariffWords rules={rules} />}
        </Stack>
      ) : (
        <Text c="dimmed">{t("tariff.siteHasNone")}</Text>
      )}
      {choosing && <ChooseForSite site={site} onClose={() => setChoosing(false)} />}
    </Panel>
  );
}

/** One line for all plugs, then one for each. */
function linesOf(station: Station, known: StationTariff[]): StationTariff[] {
  const plugs = [0, ...new Set(station.evses.map((each) => each.evse).filter((evse) => evse > 0))];
  return plugs.map(
    (evse) => known.find((each) => each.evse === evse) ?? { evse, tariff_id: null, public_tariff_id: null },
  );
}

function ChooseForStation({
  station,
  lines,
  onClose,
}: {
  station: Station;
  lines: StationTariff[];
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { ofStation } = useTariffWrites();
  const choices = useTariffChoices();
  const form = useForm({ initialValues: { lines } });
  return (
    <FormDialog
      title={t("tariff.chooseFor", { place: station.identity })}
      opened
      onClose={onClose}
      form={form}
      size="lg"
      submitLabel={t("form.save")}
      onSubmit={async (values) => {
        await ofStation(station.id, values.lines);
        notifyDone(t("form.saved"));
      }}
    >
      <Text size="sm" c="dimmed">
        {t("tariff.stationHelp")}
      </Text>
      {form.values.lines.map((line, index) => {
        const name = line.evse === 0 ? t("tariff.everyPlug") : t("tariff.plug", { number: line.evse });
        return (
          <Group key={line.evse} grow align="flex-end" role="group" aria-label={name}>
            <Select
              label={`${name}: ${t("tariff.own")}`}
              data={choices}
              clearable
              searchable
              placeholder={t("tariff.likeSite")}
              {...form.getInputProps(`lines.${index}.tariff_id`)}
            />
            <Select
              label={`${name}: ${t("tariff.public")}`}
              data={choices}
              clearable
              searchable
              placeholder={t("tariff.unpublished")}
              {...form.getInputProps(`lines.${index}.public_tariff_id`)}
            />
          </Group>
        );
      })}
    </FormDialog>
  );
}

/** Tariffs of a charger's own. */
export function StationTariffs({ station }: { station: Station }) {
  const { t } = useTranslation();
  const may = useMay("tariffs");
  const [choosing, setChoosing] = useState(false);
  const choices = useTariffChoices();
  const { data } = useQuery(stationTariffsOptions(station.id));
  const name = (id: string | null) => choices.find((each) => each.value === id)?.label ?? "—";
  return (
    <Panel
      title={t("tariff.ofCharger")}
      aside={
        may && (
          <Button size="xs" variant="default" disabled={!data} onClick={() => setChoosing(true)}>
            {t("tariff.choose")}
          </Button>
        )
      }
    >
      {data && data.length > 0 ? (
        <Table verticalSpacing={6} aria-label={t("tariff.ofCharger")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("session.plug")}</Table.Th>
              <Table.Th>{t("tariff.own")}</Table.Th>
              <Table.Th>{t("tariff.public")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.map((line) => (
              <Table.Tr key={line.evse}>
                <Table.Td>{line.evse === 0 ? t("tariff.everyPlug") : line.evse}</Table.Td>
                <Table.Td>{name(line.tariff_id)}</Table.Td>
                <Table.Td>{name(line.public_tariff_id)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      ) : (
        <Text c="dimmed">{t("tariff.chargerHasNone")}</Text>
      )}
      {choosing && data && (
        <ChooseForStation
          station={station}
          lines={linesOf(station, data)}
          onClose={() => setChoosing(false)}
        />
      )}
    </Panel>
  );
}
