// What the plan of its zone says of one session.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { SessionSchedule } from "@/api/types";
import { RouteLink } from "@/ui/Links";
import { Energy, Timestamp } from "@/ui/Values";

export function SessionZonePlan({ found }: { found: SessionSchedule }) {
  const { t } = useTranslation();
  const plan = found.zone_plan;
  if (!plan) return null;
  const zone = found.time_zone;
  return (
    <Text size="sm" component="div">
      {t("zonePlan.session.by")}{" "}
      <RouteLink to="/load-balancing/$id" params={{ id: plan.zone_id }}>
        {plan.zone_name}
      </RouteLink>
      {": "}
      {plan.free ? (
        t(`zonePlan.free.${plan.free}`)
      ) : (
        <>
          {plan.begins_at &&
            (Date.parse(plan.begins_at) <= Date.now() ? (
              <>{t("zonePlan.session.charges")}; </>
            ) : (
              <>
                {t("zonePlan.session.begins")} <Timestamp at={plan.begins_at} zone={zone} />;{" "}
              </>
            ))}
          {t("zonePlan.session.gets")} <Energy wh={plan.gets_wh} />
          {plan.departs_at && (
            <>
              {" "}
              {t("zonePlan.session.until")} <Timestamp at={plan.departs_at} zone={zone} />{" "}
              {plan.departs_from && `(${t(`zonePlan.departsFrom.${plan.departs_from}`)})`}
            </>
          )}
          .
        </>
      )}
    </Text>
  );
}
