// The four figures of the overview, each with its definition and the list behind it.
import { SimpleGrid } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Overview } from "@/api/types";
import { Figure } from "@/ui/Figure";
import { RouteLink } from "@/ui/Links";
import { Count, Energy, Power } from "@/ui/Values";

export function Figures({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  const { stations, sessions } = overview;
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
      <Figure
        name={t("overview.online")}
        definition={t("overview.onlineHelp")}
        value={
          <>
            <Count value={stations.online} />
            <span className="quiet" style={{ fontSize: 17, fontWeight: 500 }}>
              {" / "}
              <Count value={stations.total} />
            </span>
          </>
        }
        note={
          stations.offline > 0 ? (
            <RouteLink to="/chargers" search={{ online: "false" }}>
              {t("overview.offline", { count: stations.offline })}
            </RouteLink>
          ) : (
            t("overview.allOnline")
          )
        }
      />
      <Figure
        name={t("overview.charging")}
        definition={t("overview.chargingHelp")}
        value={<Count value={sessions.active} />}
        note={
          <RouteLink to="/sessions" search={{ status: "active" }}>
            {t("overview.today", { count: sessions.today })}
          </RouteLink>
        }
      />
      <Figure
        name={t("overview.power")}
        definition={t("overview.powerHelp")}
        value={<Power w={sessions.power_w} />}
        note={t("overview.powerNote")}
      />
      <Figure
        name={t("overview.energy")}
        definition={t("overview.energyHelp", { zone: overview.time_zone })}
        value={<Energy wh={overview.energy_today_wh} />}
        note={t("overview.energyNote", { zone: overview.time_zone })}
      />
    </SimpleGrid>
  );
}
