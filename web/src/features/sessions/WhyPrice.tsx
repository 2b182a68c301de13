// Why a session has its price: the tariff and what it was found by, the profile, the discount, the idle fee.
import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import type { Session, SessionTerms } from "@/api/types";
import { Facts } from "@/ui/Facts";
import { IdleFeeWords } from "@/ui/IdleFeeWords";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { Duration, Energy, Outside, Timestamp } from "@/ui/Values";

function IdleFee({ terms, zone }: { terms: NonNullable<SessionTerms["idle_fee"]>; zone: string }) {
  const { t } = useTranslation();
  return (
    <Stack gap={4}>
      <Outside text={terms.name} />
      <IdleFeeWords rules={terms.rules} />
      {terms.began_at && (
        <Text size="sm">
          {t("session.blockedSince")} <Timestamp at={terms.began_at} zone={zone} />
          {", "}
          <Duration seconds={terms.blocked_s} />
          {terms.is_open && ` · ${t("session.stillCounting")}`}
        </Text>
      )}
    </Stack>
  );
}

export function WhyPrice({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: [...keys.session(session.id), "terms"],
    queryFn: ({ signal }) =>
      http.get<SessionTerms>(`/sessions/${encodeURIComponent(session.id)}/terms`, {}, signal),
    enabled: session.payment === "priced",
  });
  if (!data) return null;
  const rows: [string, ReactNode][] = [
    [
      t("tariff.one"),
      <span key="t">
        {data.tariff_name ? (
          <RouteLink to="/tariffs/$id" params={{ id: data.tariff_id }}>
            {data.tariff_name}
          </RouteLink>
        ) : (
          t("session.tariffGone")
        )}
        {" · "}
        {t(`session.tariffBy.${data.tariff_by}`)}
      </span>,
    ],
  ];
  if (data.profile)
    rows.push([
      t("accessProfile.one"),
      <span key="p">
        <Outside text={data.profile.name} />
        {" · "}
        {t(`session.profileBy.${data.profile.by}`)}
      </span>,
    ]);
  if (data.instead_of.length > 0)
    rows.push([t("session.insteadOf"), <Outside key="i" text={data.instead_of.join(", ")} />]);
  if (data.discount) rows.push([t("session.discount"), <Outside key="d" text={data.discount} />]);
  if (data.booking)
    rows.push([
      t("booking.one"),
      <span key="b">
        <RouteLink to="/bookings" search={{ booking: data.booking.id } as never}>
          {t("booking.open")}
        </RouteLink>
        {" · "}
        {t(data.booking.has_own_price ? "booking.ownPrice" : "booking.sitePrice")}
        {data.booking.free_wh > 0 && (
          <>
            {" · "}
            <Energy wh={data.booking.free_wh} /> {t("booking.free")}
          </>
        )}
      </span>,
    ]);
  if (data.idle_fee)
    rows.push([t("idleFee.one"), <IdleFee key="f" terms={data.idle_fee} zone={session.site_time_zone} />]);
  return (
    <Panel title={t("session.decided")}>
      <Facts rows={rows} />
    </Panel>
  );
}
