// How clean electricity is in a price zone around now, and a file of it read in.
import { Button, Group, Select, SimpleGrid, Stack } from "@mantine/core";
import { IconLeaf, IconUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { CarbonIntensity } from "@/api/types";
import { knownZone } from "@/lib/format";
import { useUrlState } from "@/lib/urlState";
import { useNow } from "@/lib/useNow";
import { EmptyState } from "@/ui/EmptyState";
import { Failure } from "@/ui/Failure";
import { Figure } from "@/ui/Figure";
import { Panel } from "@/ui/Panel";
import { useLocale } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { Curve } from "./Curve";
import { ImportCarbon } from "./ImportCarbon";
import { carbonOptions, knownZonesOptions, useSpotZones } from "./queries";

type Slot = CarbonIntensity["slots"][number];

/** Whole grams: what is told has no more. */
function useGrams(): (value: string) => string {
  const { t } = useTranslation();
  const format = new Intl.NumberFormat(useLocale(), { maximumFractionDigits: 0 });
  return (value) => t("carbon.grams", { value: format.format(Number(value)) });
}

function Figures({ data }: { data: CarbonIntensity }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const grams = useGrams();
  const now = useNow(30_000).getTime();
  const current = data.slots.find((slot) => Date.parse(slot.from) <= now && now < Date.parse(slot.until));
  const ahead = data.slots.filter((slot) => Date.parse(slot.until) > now);
  const by = (better: (a: number, b: number) => boolean) =>
    ahead.reduce<Slot | undefined>(
      (best, slot) => (!best || better(slot.grams_per_kwh, best.grams_per_kwh) ? slot : best),
      undefined,
    );
  const [cleanest, dirtiest] = [by((a, b) => a < b), by((a, b) => a > b)];
  const when = (slot: Slot) =>
    new Date(slot.from).toLocaleString(locale, {
      timeZone: knownZone(data.time_zone),
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
    });
  const unit = t("carbon.perKwh");
  const told = (slot: Slot | undefined) => (slot ? grams(String(slot.grams_per_kwh)) : "—");
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
      <Figure
        name={t("carbon.now")}
        definition={t("carbon.nowHelp")}
        value={told(current)}
        note={current ? unit : t("carbon.nowUnknown")}
      />
      <Figure
        name={t("carbon.cleanest")}
        definition={t("carbon.cleanestHelp")}
        value={told(cleanest)}
        note={cleanest ? `${unit} · ${when(cleanest)}` : ""}
      />
      <Figure
        name={t("carbon.dirtiest")}
        definition={t("carbon.dirtiestHelp")}
        value={told(dirtiest)}
        note={dirtiest ? `${unit} · ${when(dirtiest)}` : ""}
      />
    </SimpleGrid>
  );
}

function ZoneCarbon({ zone, onImport }: { zone: string; onImport: (() => void) | undefined }) {
  const { t } = useTranslation();
  const grams = useGrams();
  const { data, error, refetch } = useQuery(carbonOptions(zone));
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting />;
  if (data.slots.length === 0)
    return (
      <Panel>
        <EmptyState
          icon={IconLeaf}
          title={t("carbon.none", { zone })}
          text={t("carbon.noneText")}
          action={onImport && <Button onClick={onImport}>{t("carbon.import")}</Button>}
        />
      </Panel>
    );
  return (
    <>
      <Figures data={data} />
      <Panel title={t("carbon.curve", { zone })}>
        <Curve
          rows={data.slots.map((slot) => ({
            from: slot.from,
            until: slot.until,
            value: String(slot.grams_per_kwh),
          }))}
          from={data.from}
          until={data.until}
          zone={data.time_zone}
          name={t("carbon.name")}
          format={grams}
          label={t("carbon.curveLabel", { zone, clock: data.time_zone })}
        />
      </Panel>
    </>
  );
}

export function CarbonTab() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const mayEdit = useMay("tariffs");
  const { data: followed, error, refetch } = useSpotZones();
  const { data: known } = useQuery(knownZonesOptions);
  const [asked, setAsked] = useState(false);
  if (error && !followed) return <Failure error={error} retry={() => void refetch()} />;
  if (!followed || !known) return <Waiting />;
  const zone = known.find((each) => each.zone === url.place)?.zone ?? followed[0]?.zone ?? known[0]?.zone;
  if (!zone) return <Waiting />;
  return (
    <Stack gap="md">
      <Group gap="xs" align="flex-end">
        <Select
          label={t("electricity.zone")}
          searchable
          allowDeselect={false}
          data={known.map((each) => ({ value: each.zone, label: `${each.zone} · ${each.time_zone}` }))}
          value={zone}
          onChange={(next) => set({ place: next ?? undefined })}
        />
        {mayEdit && (
          <Button
            ml="auto"
            variant="default"
            leftSection={<IconUpload size={16} />}
            onClick={() => setAsked(true)}
          >
            {t("carbon.import")}
          </Button>
        )}
      </Group>
      <ZoneCarbon key={zone} zone={zone} onImport={mayEdit ? () => setAsked(true) : undefined} />
      {asked && <ImportCarbon zone={zone} onClose={() => setAsked(false)} />}
    </Stack>
  );
}
