// Standing limits: charging profiles that a station should hold from now on, whatever it forgets.
import {
  ActionIcon,
  Button,
  Group,
  NumberInput,
  Radio,
  Select,
  Stack,
  TextInput,
  Tooltip,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { IconChartLine, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Station, WantedProfile } from "@/api/types";
import { dayStart, onTheWall } from "@/lib/days";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { FormDialog } from "@/ui/FormDialog";
import { Panel } from "@/ui/Panel";
import { ToneBadge } from "@/ui/StatusBadge";
import type { Tone } from "@/ui/status";
import { Outside } from "@/ui/Values";
import { useZone } from "@/ui/zone";
import { isLimit, profileOf, stepsOf } from "./profile";
import { useHeldWrites, useProfiles } from "./queries";

const TONES: Record<string, Tone> = { held: "green", wanted: "blue", refused: "amber", leaving: "grey" };

function AddLimit({ station, id, onClose }: { station: Station; id: number; onClose: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const { keepProfile } = useHeldWrites(station.id);
  const form = useForm({
    initialValues: {
      evse: "0",
      purpose: "station_max" as "station_max" | "default",
      unit: "milli_amps" as "milli_amps" | "watts",
      level: 0,
      steps: [{ from: "00:00", limit: "" }],
    },
    validate: { steps: { limit: (value) => (isLimit(value) ? null : t("held.limitWrong")) } },
  });
  const unit = form.values.unit === "milli_amps" ? "A" : "W";
  return (
    <FormDialog
      title={t("held.addLimit")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("held.addLimit")}
      onSubmit={async (values) => {
        const today = onTheWall(new Date().toISOString(), zone).slice(0, 10);
        const profile = profileOf({ ...values, id }, dayStart(today, zone) ?? new Date().toISOString());
        await keepProfile(Number(values.evse), profile);
      }}
    >
      <Radio.Group label={t("held.purpose")} {...form.getInputProps("purpose")}>
        <Stack gap="xs" mt={6}>
          {(["station_max", "default"] as const).map((each) => (
            <Radio
              key={each}
              value={each}
              label={t(`held.purposes.${each}`)}
              description={t(`held.purposeHelp.${each}`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      <Select
        label={t("command.plug")}
        data={[
          { value: "0", label: t("command.wholeCharger") },
          ...(form.values.purpose === "default"
            ? station.evses.map((each) => ({
                value: String(each.evse),
                label: t("charger.plugNumber", { number: each.evse }),
              }))
            : []),
        ]}
        allowDeselect={false}
        {...form.getInputProps("evse")}
      />
      <Select
        label={t("held.unit")}
        data={[
          { value: "milli_amps", label: t("held.amps") },
          { value: "watts", label: t("held.watts") },
        ]}
        allowDeselect={false}
        {...form.getInputProps("unit")}
      />
      {form.values.steps.map((_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step has no name but its place
        <Group key={index} align="flex-start" gap="xs" wrap="nowrap">
          {form.values.steps.length > 1 && (
            <TextInput
              type="time"
              label={t("held.from", { zone })}
              disabled={index === 0}
              {...form.getInputProps(`steps.${index}.from`)}
            />
          )}
          <TextInput
            label={t("held.limit")}
            rightSection={<span className="quiet">{unit}</span>}
            inputMode="decimal"
            required
            style={{ flex: 1 }}
            {...form.getInputProps(`steps.${index}.limit`)}
          />
          {index > 0 && (
            <ActionIcon
              variant="subtle"
              color="gray"
              mt={26}
              aria-label={t("held.removeStep")}
              onClick={() => form.removeListItem("steps", index)}
            >
              <IconTrash size={16} />
            </ActionIcon>
          )}
        </Group>
      ))}
      <Group>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => form.insertListItem("steps", { from: "22:00", limit: "" })}
        >
          {t("held.addStep")}
        </Button>
      </Group>
      <NumberInput
        label={t("held.level")}
        description={t("held.levelHelp")}
        min={0}
        max={99}
        allowDecimal={false}
        {...form.getInputProps("level")}
      />
    </FormDialog>
  );
}

export function ProfilePanel({ station }: { station: Station }) {
  const { t } = useTranslation();
  const may = useMay("command");
  const { data = [], error, isPending, refetch } = useProfiles(station.id);
  const { dropProfile } = useHeldWrites(station.id);
  const [adding, add] = useDisclosure(false);
  const [leaving, setLeaving] = useState<WantedProfile | null>(null);
  const next = Math.max(0, ...data.map((each) => each.profile.id)) + 1;
  return (
    <Panel
      title={t("held.profiles")}
      aside={
        may && (
          <Button size="xs" leftSection={<IconPlus size={15} />} onClick={add.open}>
            {t("held.addLimit")}
          </Button>
        )
      }
    >
      <DataTable<WantedProfile & { id?: string }>
        list={{ items: data, loading: isPending, error, retry: () => void refetch() }}
        rowKey={(each) => `${each.evse} ${each.profile.id}`}
        label={t("held.profiles")}
        minWidth={620}
        plain
        columns={[
          {
            accessor: "evse",
            title: t("command.plug"),
            render: (each) =>
              each.evse === 0 ? t("command.wholeCharger") : t("charger.plugNumber", { number: each.evse }),
          },
          {
            accessor: "purpose",
            title: t("held.purpose"),
            render: (each) =>
              t(`held.purposes.${each.profile.purpose}`, { defaultValue: each.profile.purpose }),
          },
          {
            accessor: "steps",
            title: t("held.limit"),
            render: (each) => <span className="tabular">{stepsOf(each.profile)}</span>,
          },
          {
            accessor: "state",
            title: t("held.state"),
            render: (each) => (
              <>
                <ToneBadge tone={TONES[each.state] ?? "grey"}>
                  {t(`held.profileStates.${each.state}`, { defaultValue: each.state })}
                </ToneBadge>{" "}
                {each.detail && <Outside text={each.detail} />}
              </>
            ),
          },
          {
            accessor: "actions",
            title: <span className="visually-hidden">{t("table.actions")}</span>,
            textAlign: "right",
            render: (each) =>
              may &&
              each.state !== "leaving" && (
                <Tooltip label={t("held.dropLimit")}>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={t("held.dropLimit")}
                    onClick={() => setLeaving(each)}
                  >
                    <IconTrash size={16} />
                  </ActionIcon>
                </Tooltip>
              ),
          },
        ]}
        empty={
          <EmptyState icon={IconChartLine} title={t("held.noProfiles")} text={t("held.noProfilesText")} />
        }
      />
      {adding && <AddLimit station={station} id={next} onClose={add.close} />}
      <ConfirmAction
        opened={leaving !== null}
        onClose={() => setLeaving(null)}
        title={t("held.dropLimit")}
        consequence={t("held.dropLimitText", {
          limit: leaving ? stepsOf(leaving.profile) : "",
          charger: station.identity,
        })}
        confirmLabel={t("held.dropLimit")}
        onConfirm={async () => {
          if (leaving) await dropProfile(leaving.evse, leaving.profile.id);
        }}
      />
    </Panel>
  );
}
