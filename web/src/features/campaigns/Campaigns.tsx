// Firmware campaigns: which chargers get which firmware, a few first, and what stops it.
import {
  Alert,
  Button,
  Group,
  MultiSelect,
  NumberInput,
  Progress,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { IconCloudDownload, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Campaign, CampaignTarget } from "@/api/types";
import { onTheWall, wallTime } from "@/lib/days";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { Failure } from "@/ui/Failure";
import { FormDialog } from "@/ui/FormDialog";
import { RouteLink } from "@/ui/Links";
import { Page } from "@/ui/Page";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { RowOpener } from "@/ui/RowOpener";
import { ToneBadge } from "@/ui/StatusBadge";
import type { Tone } from "@/ui/status";
import { Outside, Timestamp } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { useZone } from "@/ui/zone";
import { useCampaign, useCampaigns, useCampaignWrites, useStationChoices } from "./queries";

const TONES: Record<string, Tone> = {
  canary: "blue",
  running: "blue",
  paused: "amber",
  stopped: "red",
  done: "green",
  waiting: "grey",
  sent: "blue",
  installed: "green",
  failed: "red",
  skipped: "grey",
};

const positive = (value: number | string): boolean => typeof value === "number" && value >= 1;

function NewCampaign({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const { data = [], error } = useStationChoices();
  const { start } = useCampaignWrites();
  const form = useForm({
    initialValues: {
      name: "",
      location: "",
      target_version: "",
      retrieve_at: onTheWall(new Date().toISOString(), zone),
      station_ids: [] as string[],
      canary: 1,
      parallel: 10,
      stop_after: 1,
    },
    validate: {
      name: (value) => (value.trim() ? null : t("form.required")),
      location: (value) => (/^[a-z]+:\/\/./i.test(value.trim()) ? null : t("campaign.locationWrong")),
      retrieve_at: (value) => (wallTime(value, zone) ? null : t("form.required")),
      station_ids: (value) => (value.length > 0 ? null : t("form.required")),
      canary: (value) => (positive(value) ? null : t("campaign.atLeastOne")),
      parallel: (value) => (positive(value) ? null : t("campaign.atLeastOne")),
      stop_after: (value) => (positive(value) ? null : t("campaign.atLeastOne")),
    },
  });
  const models = [...new Set(data.map((each) => [each.vendor, each.model].filter(Boolean).join(" ")))].filter(
    Boolean,
  );
  return (
    <FormDialog
      title={t("campaign.add")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("campaign.start")}
      size="lg"
      onSubmit={({ location, retrieve_at, target_version, ...values }) =>
        start({
          ...values,
          name: values.name.trim(),
          ...(target_version.trim() ? { target_version: target_version.trim() } : {}),
          update: { location: location.trim(), retrieve_at: wallTime(retrieve_at, zone) ?? retrieve_at },
        })
      }
    >
      <TextInput label={t("template.name")} required data-autofocus {...form.getInputProps("name")} />
      <TextInput
        label={t("campaign.location")}
        description={t("campaign.locationHelp")}
        required
        spellCheck={false}
        {...form.getInputProps("location")}
      />
      <TextInput
        label={t("campaign.version")}
        description={t("campaign.versionHelp")}
        spellCheck={false}
        {...form.getInputProps("target_version")}
      />
      <TextInput
        type="datetime-local"
        label={t("campaign.retrieveAt")}
        description={zone}
        required
        {...form.getInputProps("retrieve_at")}
      />
      {error && <Failure error={error} />}
      <MultiSelect
        label={t("campaign.chargers")}
        data={data.map((each) => ({
          value: each.id,
          label: [each.identity, each.model, each.firmware].filter(Boolean).join(" · "),
        }))}
        searchable
        limit={100}
        required
        {...form.getInputProps("station_ids")}
      />
      <Group gap={6}>
        {models.slice(0, 8).map((model) => (
          <Button
            key={model}
            size="compact-sm"
            variant="default"
            onClick={() =>
              form.setFieldValue("station_ids", [
                ...new Set([
                  ...form.values.station_ids,
                  ...data
                    .filter((each) => [each.vendor, each.model].filter(Boolean).join(" ") === model)
                    .map((each) => each.id),
                ]),
              ])
            }
          >
            {t("campaign.every", { model })}
          </Button>
        ))}
      </Group>
      <Group grow align="flex-start">
        {(["canary", "parallel", "stop_after"] as const).map((each) => (
          <NumberInput
            key={each}
            label={t(`campaign.${each}`)}
            description={t(`campaign.${each}Help`)}
            min={1}
            allowDecimal={false}
            {...form.getInputProps(each)}
          />
        ))}
      </Group>
      <Alert color="orange" variant="light">
        {t("campaign.consequence", { count: form.values.station_ids.length })}
      </Alert>
    </FormDialog>
  );
}

function Targets({ items }: { items: CampaignTarget[] }) {
  const { t } = useTranslation();
  const { data = [] } = useStationChoices();
  const names = new Map(data.map((each) => [each.id, each.identity]));
  return (
    <DataTable<CampaignTarget & { id?: string }>
      list={{ items, loading: false, error: null }}
      rowKey={(each) => each.station_id}
      label={t("campaign.chargers")}
      minWidth={560}
      plain
      columns={[
        {
          accessor: "station_id",
          title: t("charger.one"),
          render: (each) => (
            <>
              <RouteLink to="/chargers/$id" params={{ id: each.station_id }}>
                {names.get(each.station_id) ?? each.station_id}
              </RouteLink>{" "}
              {each.canary && <ToneBadge tone="violet">{t("campaign.first")}</ToneBadge>}
            </>
          ),
        },
        {
          accessor: "state",
          title: t("held.state"),
          render: (each) => (
            <ToneBadge tone={TONES[each.state] ?? "grey"}>
              {t(`campaign.targetStates.${each.state}`, { defaultValue: each.state })}
            </ToneBadge>
          ),
        },
        {
          accessor: "status",
          title: t("command.word"),
          render: (each) => <Outside text={each.status} mono />,
        },
        { accessor: "detail", title: t("command.detail"), render: (each) => <Outside text={each.detail} /> },
        {
          accessor: "changed_at",
          title: t("deviation.last"),
          render: (each) => <Timestamp at={each.changed_at} />,
        },
      ]}
      empty={null}
    />
  );
}

/** What can be done with a campaign in each of its states. */
const ACTIONS: Record<string, string[]> = {
  canary: ["pause", "stop"],
  running: ["pause", "stop"],
  paused: ["resume", "stop"],
  stopped: ["retry"],
  done: ["retry"],
};

function Detail({ id }: { id: string }) {
  const { t } = useTranslation();
  const may = useMay("command");
  const problemText = useProblemText();
  const { data, error, isPending, refetch } = useCampaign(id);
  const { act } = useCampaignWrites();
  const [stopping, setStopping] = useState(false);
  if (isPending) return <Waiting rows={3} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const count = (state: string) => data.targets.filter((each) => each.state === state).length;
  const all = Math.max(1, data.targets.length);
  const failed = count("failed");
  const actions = (ACTIONS[data.state] ?? []).filter((action) => action !== "retry" || failed > 0);
  const send = async (action: string) => {
    try {
      await act(id, action);
    } catch (problem) {
      notifyFailed(problemText(problem));
    }
  };
  return (
    <Stack gap="sm" p="sm" bg="var(--fc-page)">
      <Progress.Root size="lg" aria-label={t("campaign.progress")}>
        <Progress.Section value={(count("installed") / all) * 100} color="green" withAria={false} />
        <Progress.Section value={(count("sent") / all) * 100} color="blue" withAria={false} />
        <Progress.Section value={(failed / all) * 100} color="red" withAria={false} />
      </Progress.Root>
      <Group justify="space-between">
        <Text size="sm">
          {t("campaign.counts", {
            installed: count("installed"),
            sent: count("sent"),
            failed,
            waiting: count("waiting"),
          })}
        </Text>
        {may && (
          <Group gap="xs">
            {actions.map((action) => (
              <Button
                key={action}
                size="xs"
                variant={action === "resume" || action === "retry" ? "filled" : "default"}
                onClick={() => (action === "stop" ? setStopping(true) : void send(action))}
              >
                {t(`campaign.actions.${action}`)}
              </Button>
            ))}
          </Group>
        )}
      </Group>
      {data.detail && (
        <Alert color={data.state === "done" ? "green" : "orange"} variant="light">
          <Outside text={data.detail} />
        </Alert>
      )}
      <Text size="sm" c="dimmed">
        <Outside text={data.update.location} mono />
      </Text>
      <Targets items={data.targets} />
      <ConfirmAction
        opened={stopping}
        onClose={() => setStopping(false)}
        title={t("campaign.actions.stop")}
        consequence={t("campaign.stopText", { name: data.name })}
        confirmLabel={t("campaign.actions.stop")}
        onConfirm={() => act(id, "stop")}
      />
    </Stack>
  );
}

export function Campaigns() {
  const { t } = useTranslation();
  const may = useMay("command");
  const list = useCampaigns();
  const [adding, add] = useDisclosure(false);
  return (
    <Page
      title={t("campaign.title")}
      lead={t("campaign.lead")}
      actions={
        may && (
          <Button leftSection={<IconPlus size={16} />} onClick={add.open}>
            {t("campaign.add")}
          </Button>
        )
      }
    >
      <DataTable<Campaign>
        list={list}
        label={t("campaign.title")}
        minWidth={620}
        columns={[
          {
            accessor: "name",
            title: t("template.name"),
            render: (row) => (
              <RowOpener>
                <Outside text={row.name} />
              </RowOpener>
            ),
          },
          {
            accessor: "target_version",
            title: t("campaign.version"),
            render: (row) => <Outside text={row.target_version} mono />,
          },
          {
            accessor: "state",
            title: t("held.state"),
            render: (row) => (
              <ToneBadge tone={TONES[row.state] ?? "grey"}>
                {t(`campaign.states.${row.state}`, { defaultValue: row.state })}
              </ToneBadge>
            ),
          },
          {
            accessor: "created_at",
            title: t("campaign.begun"),
            render: (row) => <Timestamp at={row.created_at} />,
          },
          { accessor: "by", title: t("command.by"), render: (row) => <Outside text={row.by} /> },
        ]}
        expansion={{ content: ({ record }) => <Detail id={record.id} /> }}
        empty={
          <EmptyState icon={IconCloudDownload} title={t("campaign.none")} text={t("campaign.noneText")} />
        }
      />
      {adding && <NewCampaign onClose={add.close} />}
    </Page>
  );
}
