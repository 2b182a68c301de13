// The network at a glance: the period's figures, what every plug does now, what needs a person, what comes next.
import { Anchor, Grid, SimpleGrid, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Overview } from "@/api/types";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { Count, Energy, Power } from "@/ui/Values";
import { Attention } from "./Attention";
import type { TabProps } from "./DashboardScreen";
import { DayChart } from "./DayChart";
import { EnergyHours } from "./EnergyHours";
import { KeyFigure } from "./KeyFigure";
import { PlugStatus } from "./PlugStatus";
import { PurchasePrices } from "./PurchasePrices";
import { lengthOf } from "./period";
import { Upcoming } from "./Upcoming";

/** Beside the cost: what is missing in it, and where to tell it. */
function CostNote({ wh, onOpen }: { wh: number; onOpen: () => void }) {
  const { t } = useTranslation();
  const may = useMay("network");
  if (wh === 0) return null;
  return (
    <>
      {t("dashboard.withoutPrice")} <Energy wh={wh} />
      {may && (
        <Anchor component="button" type="button" size="sm" display="block" onClick={onOpen}>
          {t("dashboard.setPrices")}
        </Anchor>
      )}
    </>
  );
}

/** What happens this minute, whatever the period. */
function Now({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  const { stations, sessions } = overview;
  return (
    <Text c="dimmed" data-testid="now">
      <RouteLink to="/chargers">
        <Count value={stations.online} /> / <Count value={stations.total} /> {t("dashboard.nowOnline")}
      </RouteLink>
      {" · "}
      <RouteLink to="/sessions" search={{ view: "live" }}>
        <Count value={sessions.active} /> {t("dashboard.nowCharging")}
      </RouteLink>
      {" · "}
      <Power w={sessions.power_w} /> {t("dashboard.nowPower")}
    </Text>
  );
}

interface OverviewTabProps extends TabProps {
  overview: Overview;
  recent: ReactNode;
}

export function OverviewTab({ overview, recent, ...tab }: OverviewTabProps) {
  const { t } = useTranslation();
  const [pricing, prices] = useDisclosure(false);
  const { now, before } = tab;
  const withMoney = now.total.revenue !== null && now.total.revenue !== undefined;
  const same = { now: now.total, before: before?.total };
  return (
    <Stack gap="sm">
      <Now overview={overview} />
      <SimpleGrid cols={{ base: 2, md: 3, xl: withMoney ? 6 : 4 }} spacing="sm">
        <KeyFigure metric="energy" {...same} />
        <KeyFigure metric="sessions" {...same} />
        {withMoney && <KeyFigure metric="revenue" {...same} />}
        {withMoney && (
          <KeyFigure
            metric="energyCost"
            {...same}
            note={
              now.total.energy_without_price_wh > 0 ? (
                <CostNote wh={now.total.energy_without_price_wh} onOpen={prices.open} />
              ) : undefined
            }
          />
        )}
        <KeyFigure metric="utilisation" {...same} />
        <KeyFigure metric="uptime" {...same} />
      </SimpleGrid>
      <Grid gap="sm">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack gap="sm">
            <Panel title={t("dashboard.metric.energy")} aside={<Energy wh={now.total.energy_wh} />}>
              <DayChart metric="energy" {...tab} />
            </Panel>
            {lengthOf(tab.range) <= 2 && <EnergyHours overview={overview} />}
            <Upcoming reservations={overview.upcoming} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack gap="sm">
            <PlugStatus connectors={overview.connectors} />
            <Attention items={overview.attention} />
          </Stack>
        </Grid.Col>
      </Grid>
      {recent}
      <PurchasePrices opened={pricing} onClose={prices.close} />
    </Stack>
  );
}
