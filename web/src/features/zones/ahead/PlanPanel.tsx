// The plan of a zone: switched on and off, what it is made by, the hours ahead, and why there is none where there is none.
import { Alert, Button, Group, SimpleGrid, Skeleton, Stack, Switch, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { PlanAhead, ZoneCandidate, ZonePlan } from "@/api/types";
import { Failure } from "@/ui/Failure";
import { Figure } from "@/ui/Figure";
import { Panel } from "@/ui/Panel";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { Count, Power, Timestamp } from "@/ui/Values";
import { PlanCars } from "./PlanCars";
import { PlanChart } from "./PlanChart";
import { PlanForm } from "./PlanForm";
import { planOptions, usePlanWrites } from "./queries";
import { costsOf, inputOf, valuesOf } from "./values";
import { useUnit } from "./words";

interface PanelProps {
  zone: string;
  chargers: ZoneCandidate[];
}

function Actions({ plan }: { plan: ZonePlan }) {
  const { t } = useTranslation();
  const problem = useProblemText();
  const { save } = usePlanWrites(plan.zone_id);
  const [form, setForm] = useState<{ on: boolean } | null>(null);
  const { settings } = plan;
  const turn = (on: boolean) => {
    if (!settings) return setForm({ on });
    return void save(inputOf(valuesOf(settings), on)).catch((error) => notifyFailed(problem(error)));
  };
  return (
    <Group gap="sm">
      <Switch
        label={t("zonePlan.active")}
        checked={settings?.enabled ?? false}
        onChange={(event) => turn(event.currentTarget.checked)}
      />
      {settings && (
        <Button size="xs" variant="default" onClick={() => setForm({ on: settings.enabled })}>
          {t("zonePlan.change")}
        </Button>
      )}
      {form && <PlanForm plan={plan} on={form.on} onClose={() => setForm(null)} />}
    </Group>
  );
}

function Figures({ plan, peakPrice }: { plan: PlanAhead; peakPrice: number }) {
  const { t } = useTranslation();
  const { amount } = useUnit(plan.currency);
  const { planned, atOnce, isMore } = costsOf(plan, peakPrice);
  const saved = atOnce - planned;
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
      <Figure
        name={t(plan.currency ? "zonePlan.cost" : "zonePlan.emission")}
        definition={t(isMore ? "zonePlan.costDefinitionPeak" : "zonePlan.costDefinition")}
        value={amount(planned)}
        note={
          saved > 0
            ? t("zonePlan.atOnceSaves", { atOnce: amount(atOnce), saved: amount(saved) })
            : t("zonePlan.atOnce", { atOnce: amount(atOnce) })
        }
      />
      <Figure
        name={t("zonePlan.peak")}
        definition={t("zonePlan.peakDefinition")}
        value={<Power w={plan.peak_w} />}
        note={
          <>
            {t("zonePlan.peakAtOnce")} <Power w={plan.peak_at_once_w} />
            {plan.peak_so_far_w > 0 && (
              <>
                {"; "}
                {t("zonePlan.peakSoFar")} <Power w={plan.peak_so_far_w} />
              </>
            )}
          </>
        }
      />
      <Figure
        name={t("zonePlan.plannedCars")}
        definition={t("zonePlan.plannedCarsDefinition")}
        value={<Count value={plan.cars.length} />}
        note={
          <>
            {t("zonePlan.madeAt")} <Timestamp at={plan.made_at} />
          </>
        }
      />
    </SimpleGrid>
  );
}

interface MadeProps {
  plan: PlanAhead;
  peakPrice: number;
  zone: string;
  chargers: ZoneCandidate[];
}

function Made({ plan, peakPrice, zone, chargers }: MadeProps) {
  const { t } = useTranslation();
  const notes = [
    t(`zonePlan.loadFrom.${plan.load_from}`),
    ...(plan.intervals.some((each) => each.assumed) ? [t("zonePlan.assumed")] : []),
    ...(plan.lacks_carbon ? [t("zonePlan.lacksCarbon")] : []),
  ];
  return (
    <Stack gap="md">
      <Figures plan={plan} peakPrice={peakPrice} />
      <PlanChart plan={plan} zone={zone} />
      <Text size="xs" c="dimmed">
        {notes.join(" ")}
      </Text>
      <PlanCars plan={plan} chargers={chargers} />
    </Stack>
  );
}

function Body({ found, chargers }: { found: ZonePlan; chargers: ZoneCandidate[] }) {
  const { t } = useTranslation();
  if (!found.settings?.enabled) return <Text size="sm">{t("zonePlan.lead")}</Text>;
  if (!found.zone_is_on) return <Text size="sm">{t("zonePlan.zoneIsOff")}</Text>;
  if (found.no_plan)
    return (
      <Alert color="orange" variant="light">
        {t(`zonePlan.no.${found.no_plan}`)} {t("zonePlan.fairly")}
      </Alert>
    );
  if (!found.plan) return <Text size="sm">{t("zonePlan.soon")}</Text>;
  const { plan, settings, time_zone } = found;
  return <Made plan={plan} peakPrice={settings.peak_price} zone={time_zone} chargers={chargers} />;
}

export function PlanPanel({ zone, chargers }: PanelProps) {
  const { t } = useTranslation();
  const may = useMay("power");
  const { data: found, error, refetch } = useQuery(planOptions(zone));
  if (found && !found.is_root) {
    return (
      <Panel title={t("zonePlan.title")}>
        <Text size="sm" c="dimmed">
          {t("zonePlan.atTheTop")}
        </Text>
      </Panel>
    );
  }
  return (
    <Panel title={t("zonePlan.title")} aside={found && may && <Actions plan={found} />}>
      {found ? (
        <Body found={found} chargers={chargers} />
      ) : error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : (
        <Skeleton height={60} />
      )}
    </Panel>
  );
}
