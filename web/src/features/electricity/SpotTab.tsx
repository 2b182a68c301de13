// What the market asks: the zones that are followed, a curve of today and tomorrow, files in and out.
import { ActionIcon, Button, Group, Menu, SegmentedControl, SimpleGrid, Stack } from "@mantine/core";
import {
  IconChartHistogram,
  IconChevronLeft,
  IconChevronRight,
  IconDots,
  IconPlus,
  IconRefresh,
  IconTrash,
  IconUpload,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { SpotPrice, SpotZone } from "@/api/types";
import { knownZone } from "@/lib/format";
import { useUrlState } from "@/lib/urlState";
import { useNow } from "@/lib/useNow";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { EmptyState } from "@/ui/EmptyState";
import { Failure } from "@/ui/Failure";
import { Figure } from "@/ui/Figure";
import { ExportMenu } from "@/ui/list/ExportMenu";
import { Panel } from "@/ui/Panel";
import { useLocale } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { FeedState } from "./FeedState";
import { FollowZone } from "./FollowZone";
import { ImportPrices } from "./ImportPrices";
import { PriceCurve } from "./PriceCurve";
import { usePerKwh } from "./price";
import { type MarketName, spotPricesOptions, useSpotWrites, useSpotZones } from "./queries";
import { extremes } from "./steps";

const nameOf = ({ zone, currency }: MarketName) => `${zone}.${currency}`;

/** A day of the calendar, some days on. */
function dayOn(day: string, by: number): string {
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() + by);
  return date.toISOString().slice(0, 10);
}

function Figures({ prices, zone }: { prices: SpotPrice[]; zone: SpotZone }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const perKwh = usePerKwh(zone.currency);
  const now = useNow(30_000).getTime();
  const current = prices.find((each) => Date.parse(each.from) <= now && now < Date.parse(each.until));
  const found = extremes(prices);
  const when = (each: SpotPrice) =>
    new Date(each.from).toLocaleString(locale, {
      timeZone: knownZone(zone.time_zone),
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
    });
  const unit = t("electricity.perKwh");
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
      <Figure
        name={t("electricity.now")}
        definition={t("electricity.nowHelp")}
        value={current ? perKwh(current.per_kwh) : "—"}
        note={current ? unit : t("electricity.nowUnknown")}
      />
      <Figure
        name={t("electricity.lowest")}
        definition={t("electricity.lowestHelp")}
        value={found ? perKwh(found.lowest.per_kwh) : "—"}
        note={found ? `${unit} · ${when(found.lowest)}` : ""}
      />
      <Figure
        name={t("electricity.highest")}
        definition={t("electricity.highestHelp")}
        value={found ? perKwh(found.highest.per_kwh) : "—"}
        note={found ? `${unit} · ${when(found.highest)}` : ""}
      />
    </SimpleGrid>
  );
}

function Days({ day, onChange }: { day: string; onChange: (day: string | undefined) => void }) {
  const { t } = useTranslation();
  return (
    <Group gap={4}>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={t("electricity.dayBefore")}
        onClick={() => onChange(dayOn(day, -1))}
      >
        <IconChevronLeft size={16} />
      </ActionIcon>
      <Button variant="default" onClick={() => onChange(undefined)}>
        {t("electricity.today")}
      </Button>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={t("electricity.dayAfter")}
        onClick={() => onChange(dayOn(day, 1))}
      >
        <IconChevronRight size={16} />
      </ActionIcon>
    </Group>
  );
}

function ZonePrices({ zone }: { zone: SpotZone }) {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const mayExport = useMay("export");
  const market = { zone: zone.zone, currency: zone.currency };
  const { data, error, refetch } = useQuery(spotPricesOptions(market, url.day));
  const today = new Date().toLocaleDateString("sv-SE", { timeZone: knownZone(zone.time_zone) });
  const day = url.day ?? today;
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting />;
  return (
    <Stack gap="md">
      <FeedState zone={zone} prices={data} />
      <Figures prices={data.prices} zone={zone} />
      <Panel
        title={t("electricity.curve", { zone: zone.zone })}
        aside={
          <Group gap="xs">
            <Days day={day} onChange={(next) => set({ day: next })} />
            {mayExport && <ExportMenu route="/spot-prices/export" query={{ ...market, day, days: 2 }} />}
          </Group>
        }
      >
        {data.prices.length === 0 ? (
          <EmptyState
            icon={IconChartHistogram}
            title={t("electricity.noPrices")}
            text={t(zone.in_feed ? "electricity.noPricesText" : "electricity.noPricesFile")}
          />
        ) : (
          <PriceCurve
            rows={data.prices.map((each) => ({ from: each.from, until: each.until, spot: each.per_kwh }))}
            from={data.from}
            until={data.until}
            zone={data.time_zone}
            currency={data.currency}
            label={t("electricity.curveLabel", { zone: zone.zone, clock: zone.time_zone })}
          />
        )}
      </Panel>
    </Stack>
  );
}

function ZoneMenu({ zone, onLeave }: { zone: SpotZone; onLeave: () => void }) {
  const { t } = useTranslation();
  const { readNow } = useSpotWrites();
  const [busy, setBusy] = useState(false);
  const read = async () => {
    setBusy(true);
    await readNow().finally(() => setBusy(false));
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="default"
          size="lg"
          loading={busy}
          aria-label={t("electricity.zoneActions", { zone: zone.zone })}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {zone.in_feed && (
          <Menu.Item leftSection={<IconRefresh size={16} />} onClick={() => void read()}>
            {t("electricity.readNow")}
          </Menu.Item>
        )}
        <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={onLeave}>
          {t("electricity.leave")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export function SpotTab() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const mayEdit = useMay("tariffs");
  const { leave } = useSpotWrites();
  const { data: zones, error, refetch } = useSpotZones();
  const [asked, setAsked] = useState<"follow" | "import" | "leave" | null>(null);
  const done = () => setAsked(null);
  const chosen = zones?.find((each) => nameOf(each) === url.zone) ?? zones?.[0];
  if (error && !zones) return <Failure error={error} retry={() => void refetch()} />;
  if (!zones) return <Waiting />;
  const follow = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setAsked("follow")}>
      {t("electricity.follow")}
    </Button>
  );
  return (
    <Stack gap="md">
      <Group gap="xs">
        {zones.length > 0 && chosen && (
          <SegmentedControl
            aria-label={t("electricity.zone")}
            data={zones.map((each) => ({ value: nameOf(each), label: `${each.zone} · ${each.currency}` }))}
            value={nameOf(chosen)}
            onChange={(value) => set({ zone: value })}
          />
        )}
        {mayEdit && (
          <Group gap="xs" ml="auto">
            {chosen && <ZoneMenu zone={chosen} onLeave={() => setAsked("leave")} />}
            <Button
              variant="default"
              leftSection={<IconUpload size={16} />}
              onClick={() => setAsked("import")}
            >
              {t("electricity.import")}
            </Button>
            {zones.length > 0 && follow}
          </Group>
        )}
      </Group>
      {chosen ? (
        <ZonePrices key={nameOf(chosen)} zone={chosen} />
      ) : (
        <Panel>
          <EmptyState
            icon={IconChartHistogram}
            title={t("electricity.none")}
            text={t("electricity.noneText")}
            action={mayEdit ? follow : undefined}
          />
        </Panel>
      )}
      {asked === "follow" && (
        <FollowZone onClose={done} onMade={(market) => set({ zone: nameOf(market), day: undefined })} />
      )}
      {asked === "import" && <ImportPrices onClose={done} />}
      <ConfirmAction
        opened={asked === "leave"}
        onClose={done}
        title={t("electricity.leave")}
        consequence={t("electricity.leaveText", { zone: chosen?.zone })}
        confirmLabel={t("electricity.leave")}
        onConfirm={async () => {
          if (chosen) await leave(chosen);
          set({ zone: undefined });
        }}
      />
    </Stack>
  );
}
