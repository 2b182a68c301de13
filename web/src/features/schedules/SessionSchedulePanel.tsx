// When a session may draw how much, and why: hours, a start put off by chance, a plan by price or carbon. Nothing is shown
// where nothing holds it back.
import { Alert, Button, Stack, Text } from "@mantine/core";
import { IconBolt } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { SessionPlan, SessionSchedule } from "@/api/types";
import { SessionZonePlan } from "@/features/zones/ahead/SessionZonePlan";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { Panel } from "@/ui/Panel";
import { Energy, Outside, Timestamp, useLocale } from "@/ui/Values";
import { PlanChart } from "./PlanChart";
import { sessionScheduleOptions, useScheduleWrites } from "./queries";
import { StepChart } from "./StepChart";

const DAY = 86_400_000;
const MILLION = 1_000_000;

function useAmount(currency: string | null) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (amount: number): string =>
    currency
      ? new Intl.NumberFormat(locale, { style: "currency", currency }).format(amount / MILLION)
      : t("schedule.plan.grams", { amount: amount.toLocaleString(locale) });
}

function Plan({ plan, zone }: { plan: SessionPlan; zone: string }) {
  const { t } = useTranslation();
  const amount = useAmount(plan.currency);
  const saved = plan.cost !== null && plan.at_once !== null ? plan.at_once - plan.cost : null;
  const short = plan.energy_wh < plan.goal_wh - plan.had_wh;
  return (
    <Stack gap={6}>
      <Text size="sm">
        {t(`schedule.plan.lead_${plan.mode}`)} {t("schedule.plan.ready")}{" "}
        <Timestamp at={plan.ready_by} zone={zone} />. {t("schedule.plan.goal")} <Energy wh={plan.goal_wh} />.{" "}
        {t(`schedule.plan.because_${plan.because}`)}
      </Text>
      <PlanChart plan={plan} zone={zone} />
      {short && (
        <Alert color="orange" variant="light">
          {t("schedule.plan.short")} <Energy wh={plan.energy_wh} />
        </Alert>
      )}
      {plan.cost === null || plan.at_once === null ? (
        <Text size="sm" c="dimmed">
          {t("schedule.plan.unpriced")}
        </Text>
      ) : (
        <Text size="sm">
          {t("schedule.plan.cost", { planned: amount(plan.cost), atOnce: amount(plan.at_once) })}{" "}
          {saved !== null && saved > 0 && (
            <strong>{t("schedule.plan.saved", { saved: amount(saved) })}</strong>
          )}
        </Text>
      )}
    </Stack>
  );
}

function hasWords(found: SessionSchedule): boolean {
  return (
    found.is_held_back ||
    found.plan !== null ||
    found.zone_plan !== null ||
    found.no_plan !== null ||
    found.overridden_at !== null ||
    found.stopped_at !== null ||
    found.delay_s !== null
  );
}

export function SessionSchedulePanel({ id, running }: { id: string; running: boolean }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const mayCommand = useMay("command");
  const { chargeNow } = useScheduleWrites();
  const [asking, setAsking] = useState(false);
  const { data: found } = useQuery(sessionScheduleOptions(id, running));
  if (!found || !hasWords(found)) return null;
  const zone = found.time_zone;
  const amps = (ma: number) => `${(ma / 1_000).toLocaleString(locale, { maximumFractionDigits: 1 })} A`;
  const from = found.steps[0]?.at;
  // Its course says nothing of what the plan of its zone leaves it.
  const planned = found.zone_plan !== null && found.zone_plan.free === null && !found.overridden_at;
  return (
    <Panel
      title={t("schedule.session.title")}
      aside={
        running &&
        mayCommand &&
        found.is_held_back && (
          <Button size="xs" leftSection={<IconBolt size={14} />} onClick={() => setAsking(true)}>
            {t("schedule.session.chargeNow")}
          </Button>
        )
      }
    >
      <Stack gap="sm">
        {found.overridden_at && (
          <Text size="sm">
            {t("schedule.session.overridden", { name: found.overridden_by })}{" "}
            <Timestamp at={found.overridden_at} zone={zone} />
          </Text>
        )}
        {found.stopped_at && (
          <Alert color="orange" variant="light">
            {t("schedule.session.stopped")} <Timestamp at={found.stopped_at} zone={zone} />
          </Alert>
        )}
        {found.delay_s !== null && !found.overridden_at && (
          <Text size="sm">{t("schedule.session.delay", { seconds: found.delay_s })}</Text>
        )}
        {found.zone_plan && !found.overridden_at && <SessionZonePlan found={found} />}
        {found.no_plan && <Text size="sm">{t(`schedule.session.noPlan.${found.no_plan}`)}</Text>}
        {found.plan && !found.overridden_at && <Plan plan={found.plan} zone={zone} />}
        {from && found.full_ma !== null && !found.plan && !planned && (
          <StepChart
            label={t("schedule.session.chart")}
            from={from}
            until={new Date(Date.parse(from) + DAY).toISOString()}
            zone={zone}
            top={found.full_ma}
            words={amps}
            courses={[
              {
                name: t("schedule.session.may"),
                steps: found.steps.map((step) => ({ at: step.at, value: step.limit_ma })),
                kind: "should",
              },
            ]}
          />
        )}
        {found.told === "refused" && (
          <Text size="sm" c="orange">
            {t("schedule.session.refused")} {found.told_detail && <Outside text={`(${found.told_detail})`} />}
          </Text>
        )}
      </Stack>
      <ConfirmAction
        opened={asking}
        onClose={() => setAsking(false)}
        title={t("schedule.session.chargeNow")}
        consequence={t("schedule.session.chargeNowText")}
        confirmLabel={t("schedule.session.chargeNow")}
        harmless
        onConfirm={() => chargeNow(id)}
      />
    </Panel>
  );
}
