// The chargers of a zone: those that obey limits can be ticked, the others are named with the reason.
import { Button, Checkbox, Fieldset, Group, NumberInput, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { ZoneCandidate } from "@/api/types";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { Outside } from "@/ui/Values";
import { candidatesOptions, useZoneWrites } from "./queries";

const ROTATIONS = ["RST", "RTS", "SRT", "STR", "TRS", "TSR"];

export interface Chosen {
  station_id: string;
  phases: number;
  rotation: string | null;
  priority: number;
}

interface ChoiceProps {
  site: string;
  zone: string | null;
  value: Chosen[];
  onChange: (value: Chosen[]) => void;
}

function Wiring({
  chosen,
  name,
  onChange,
}: {
  chosen: Chosen;
  name: string;
  onChange: (next: Chosen) => void;
}) {
  const { t } = useTranslation();
  return (
    <Group gap="xs" wrap="wrap" pl={30}>
      <Select
        size="xs"
        w={110}
        aria-label={t("power.phasesOf", { name })}
        data={[
          { value: "1", label: t("power.phases_one") },
          { value: "3", label: t("power.phases_other", { count: 3 }) },
        ]}
        allowDeselect={false}
        value={String(chosen.phases)}
        onChange={(phases) => onChange({ ...chosen, phases: Number(phases) })}
      />
      <Select
        size="xs"
        w={170}
        aria-label={t("power.rotationOf", { name })}
        placeholder={t("power.rotationUnknown")}
        data={ROTATIONS}
        clearable
        value={chosen.rotation}
        onChange={(rotation) => onChange({ ...chosen, rotation })}
      />
      <NumberInput
        size="xs"
        w={130}
        min={0}
        max={9}
        allowDecimal={false}
        prefix={`${t("power.priority")} `}
        aria-label={t("power.priorityOf", { name })}
        value={chosen.priority}
        onChange={(priority) => onChange({ ...chosen, priority: Number(priority) || 0 })}
      />
    </Group>
  );
}

function Unfit({ one }: { one: ZoneCandidate }) {
  const { t } = useTranslation();
  const { probe } = useZoneWrites();
  const problem = useProblemText();
  return (
    <Group justify="space-between" gap="xs" wrap="nowrap">
      <Text size="sm" c="dimmed" component="div">
        <Outside line text={one.name ?? one.identity} />: {t(`power.unfit.${one.fitness}`)}
      </Text>
      {(one.fitness === "untested" || one.fitness === "cannot") && (
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => probe(one.station_id).catch((error) => notifyFailed(problem(error)))}
          aria-label={t("power.probeOf", { name: one.name ?? one.identity })}
        >
          {t("power.probe")}
        </Button>
      )}
    </Group>
  );
}

export function ChargerChoice({ site, zone, value, onChange }: ChoiceProps) {
  const { t } = useTranslation();
  const { data } = useQuery(candidatesOptions(site));
  if (site === "") return null;
  const chosen = new Map(value.map((each) => [each.station_id, each]));
  const all = data ?? [];
  const fit = all.filter((one) => one.may_be_chosen || chosen.has(one.station_id));
  const rest = all.filter((one) => !fit.includes(one));
  const tick = (one: ZoneCandidate, on: boolean) =>
    onChange(
      on
        ? [...value, { station_id: one.station_id, phases: 3, rotation: null, priority: 0 }]
        : value.filter((each) => each.station_id !== one.station_id),
    );
  return (
    <Fieldset legend={t("power.chargers")} p="sm">
      <Stack gap="xs">
        {fit.length === 0 && (
          <Text size="sm" c="dimmed">
            {t("power.noneFit")}
          </Text>
        )}
        {fit.map((one) => {
          const name = one.name ?? one.identity;
          const mine = chosen.get(one.station_id);
          const elsewhere = one.zone_id !== null && one.zone_id !== zone;
          return (
            <Stack key={one.station_id} gap={4}>
              <Checkbox
                label={name}
                description={elsewhere ? t("power.elsewhere") : t(`power.fit.${one.fitness}`)}
                disabled={elsewhere}
                checked={mine !== undefined}
                onChange={(event) => tick(one, event.currentTarget.checked)}
              />
              {mine && !one.is_direct && (
                <Wiring
                  chosen={mine}
                  name={name}
                  onChange={(next) =>
                    onChange(value.map((each) => (each.station_id === next.station_id ? next : each)))
                  }
                />
              )}
            </Stack>
          );
        })}
        {rest.length > 0 && (
          <>
            <Text size="sm" fw={500} mt="xs">
              {t("power.notListed")}
            </Text>
            {rest.map((one) => (
              <Unfit key={one.station_id} one={one} />
            ))}
          </>
        )}
      </Stack>
    </Fieldset>
  );
}
