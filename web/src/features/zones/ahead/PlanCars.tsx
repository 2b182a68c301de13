// The cars of a plan: when each charges next, when it leaves and who said so, and what it gets; and who is not planned.
import { List, Stack, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { PlanAhead, ZoneCandidate } from "@/api/types";
import { RouteLink } from "@/ui/Links";
import { ToneBadge } from "@/ui/StatusBadge";
import { Energy, Timestamp } from "@/ui/Values";

interface PlanCarsProps {
  plan: PlanAhead;
  chargers: ZoneCandidate[];
}

export function PlanCars({ plan, chargers }: PlanCarsProps) {
  const { t } = useTranslation();
  const nameOf = (car: { station_id: string; evse: number }) => {
    const found = chargers.find((each) => each.station_id === car.station_id);
    return `${found?.name ?? found?.identity ?? car.station_id} ${t("power.evse", { number: car.evse })}`;
  };
  return (
    <Stack gap="sm">
      {plan.cars.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("zonePlan.nobody")}
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={560}>
          <Table verticalSpacing={6} fz="sm" aria-label={t("zonePlan.plannedCars")}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("power.charger")}</Table.Th>
                <Table.Th>{t("zonePlan.begins")}</Table.Th>
                <Table.Th>{t("zonePlan.departs")}</Table.Th>
                <Table.Th ta="right">{t("zonePlan.wants")}</Table.Th>
                <Table.Th ta="right">{t("zonePlan.gets")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {plan.cars.map((car) => (
                <Table.Tr key={car.session_id}>
                  <Table.Td>
                    <RouteLink to="/sessions/$id" params={{ id: car.session_id }}>
                      {nameOf(car)}
                    </RouteLink>
                  </Table.Td>
                  <Table.Td>
                    {car.begins_at === plan.intervals[0]?.from ? (
                      t("zonePlan.now")
                    ) : car.begins_at ? (
                      <Timestamp at={car.begins_at} />
                    ) : (
                      "–"
                    )}
                  </Table.Td>
                  <Table.Td>
                    <Timestamp at={car.departs_at} />{" "}
                    <Text span size="xs" c="dimmed">
                      {t(`zonePlan.departsFrom.${car.departs_from}`)}
                    </Text>
                  </Table.Td>
                  <Table.Td ta="right">
                    <Energy wh={car.wants_wh} />
                  </Table.Td>
                  <Table.Td ta="right">
                    <Energy wh={car.gets_wh} />{" "}
                    {car.short && <ToneBadge tone="amber">{t(`zonePlan.short.${car.short}`)}</ToneBadge>}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {plan.free.length > 0 && (
        <div>
          <Text size="sm" fw={550}>
            {t("zonePlan.notPlanned")}
          </Text>
          <List size="sm">
            {plan.free.map((car) => (
              <List.Item key={car.session_id}>
                {nameOf(car)}: {t(`zonePlan.free.${car.why}`)}
              </List.Item>
            ))}
          </List>
        </div>
      )}
    </Stack>
  );
}
