// Which of our prices a charger of OCPP 2.1 computes costs with by itself, and why it does not.
import { Button, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { LocalTariff, Station } from "@/api/types";
import { Panel } from "@/ui/Panel";
import { notifyDone } from "@/ui/problem";
import { ToneBadge } from "@/ui/StatusBadge";
import type { Tone } from "@/ui/status";
import { Outside, Timestamp } from "@/ui/Values";
import { localTariffsOptions, useTariffWrites } from "./queries";

/** The first protocol in which chargers compute costs. */
const SINCE = "ocpp2.1";
const TONES: Record<string, Tone> = { held: "green", refused: "amber", unsayable: "amber", doubted: "blue" };

function Reason({ told }: { told: LocalTariff }) {
  const { t } = useTranslation();
  if (!told.detail) return null;
  return (
    <Text size="sm" c="dimmed">
      {told.state === "unsayable" ? t(`tariff.local.reasons.${told.detail}`) : <Outside text={told.detail} />}
    </Text>
  );
}

/** Nothing for chargers that cannot. */
export function LocalTariffs({ station }: { station: Station }) {
  const { t } = useTranslation();
  const may = useMay("command");
  const { tellAgain } = useTariffWrites();
  const { data } = useQuery({ ...localTariffsOptions(station.id), enabled: station.protocol === SINCE });
  if (station.protocol !== SINCE || !data) return null;
  return (
    <Panel
      title={t("tariff.local.title")}
      aside={
        may && (
          <Button
            size="xs"
            variant="default"
            disabled={!station.online}
            onClick={async () => {
              await tellAgain(station.id);
              notifyDone(t("tariff.local.asked"));
            }}
          >
            {t("tariff.local.tellAgain")}
          </Button>
        )
      }
    >
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          {data.computes_costs === true
            ? t("tariff.local.computes")
            : t(data.computes_costs === false ? "tariff.local.doesNot" : "tariff.local.unknown")}
        </Text>
        {data.items.length > 0 && (
          <Table verticalSpacing={6} aria-label={t("tariff.local.title")}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("session.plug")}</Table.Th>
                <Table.Th>{t("tariff.local.state")}</Table.Th>
                <Table.Th>{t("tariff.local.since")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.items.map((told) => (
                <Table.Tr key={told.evse}>
                  <Table.Td>{told.evse === 0 ? t("tariff.everyPlug") : told.evse}</Table.Td>
                  <Table.Td>
                    <ToneBadge tone={TONES[told.state] ?? "grey"}>
                      {t(`tariff.local.states.${told.state}`, { defaultValue: told.state })}
                    </ToneBadge>
                    <Reason told={told} />
                  </Table.Td>
                  <Table.Td>
                    <Timestamp at={told.changed_at} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Stack>
    </Panel>
  );
}
