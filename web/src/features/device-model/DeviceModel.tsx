// What a station is made of and set to: by component, with search; what differs from its templates; its monitors and
// what its components reported. A 1.6 station has one component, its configuration keys.
import {
  Accordion,
  Alert,
  Button,
  Group,
  SegmentedControl,
  Stack,
  Table,
  Text,
  TextInput,
} from "@mantine/core";
import { IconAdjustments, IconArrowsDiff, IconSearch } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Component, DriftLine, Station } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { EmptyState } from "@/ui/EmptyState";
import { Failure } from "@/ui/Failure";
import { Panel } from "@/ui/Panel";
import { notifyDone, notifyFailed, useProblemText } from "@/ui/problem";
import { Outside } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { EventList, MonitorList } from "./Monitors";
import { useDeviceModel, useDrift, useRepair } from "./queries";
import { VariableRow } from "./VariableRow";
import { componentName, matching } from "./write";

const driftOf = (lines: DriftLine[], component: Component, name: string): DriftLine | undefined =>
  lines.find((line) => line.component === component.component && line.name === name && !component.instance);

function Variables({ id, component, drift }: { id: string; component: Component; drift: DriftLine[] }) {
  const { t } = useTranslation();
  const label = componentName(component) || t("device.keys");
  return (
    <Table.ScrollContainer
      minWidth={640}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, role: "region", "aria-label": label } }}
    >
      <Table verticalSpacing={6} fz="sm" aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="30%">{t("variable.name")}</Table.Th>
            <Table.Th>{t("variable.value")}</Table.Th>
            <Table.Th w="22%">{t("device.type")}</Table.Th>
            <Table.Th w={130}>{t("variable.seen")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {component.variables.map((each) => (
            <VariableRow
              key={`${each.name} ${each.instance}`}
              station={id}
              component={component}
              variable={each}
              drift={driftOf(drift, component, each.name)}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Drift({ station, lines }: { station: Station; lines: DriftLine[] }) {
  const { t } = useTranslation();
  const may = useMay("command");
  const repair = useRepair(station.id);
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  const off = lines.filter((line) => line.state !== "same");
  if (off.length === 0) return null;
  const send = async () => {
    setBusy(true);
    try {
      const { taken, refused } = await repair();
      (refused > 0 ? notifyFailed : notifyDone)(t("device.repaired", { taken, refused }));
    } catch (error) {
      notifyFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Alert
      color="orange"
      variant="light"
      icon={<IconArrowsDiff size={18} />}
      title={t("device.drift", { count: off.length })}
    >
      <Stack gap={6}>
        {off.map((line) => (
          <Text key={`${line.template_id} ${line.component} ${line.name}`} size="sm" component="div">
            <Outside text={[line.component, line.name].filter(Boolean).join(" · ")} mono />
            {": "}
            {line.actual === null ? t("device.untold") : <Outside text={line.actual} mono />}
            {" → "}
            <Outside text={line.wanted} mono /> <span className="quiet">({line.template})</span>
          </Text>
        ))}
        {may && (
          <Group>
            <Button size="xs" loading={busy} onClick={send} disabled={!station.online}>
              {t("device.repair")}
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}

function Components({
  id,
  items,
  drift,
  all,
}: {
  id: string;
  items: Component[];
  drift: DriftLine[];
  all: boolean;
}) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<string[]>([]);
  const only = items[0];
  // The configuration keys of a 1.6 station have no component to open.
  if (items.length === 1 && only && only.component === "") {
    return (
      <Panel p="xs">
        <Variables id={id} component={only} drift={drift} />
      </Panel>
    );
  }
  const names = items.map(componentName);
  const shown = all ? names : open;
  return (
    <Accordion
      multiple
      value={shown}
      onChange={setOpen}
      variant="contained"
      keepMounted={false}
      styles={{ item: { background: "var(--fc-panel)" } }}
    >
      {items.map((each) => {
        const name = componentName(each);
        return (
          <Accordion.Item key={name} value={name}>
            <Accordion.Control>
              <Group gap="xs">
                <Outside text={name} mono />
                <span className="quiet">{t("device.variables", { count: each.variables.length })}</span>
              </Group>
            </Accordion.Control>
            <Accordion.Panel>
              {shown.includes(name) && <Variables id={id} component={each} drift={drift} />}
            </Accordion.Panel>
          </Accordion.Item>
        );
      })}
    </Accordion>
  );
}

function Model({ station, actions }: { station: Station; actions: ReactNode }) {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const { data, error, isPending, refetch } = useDeviceModel(station.id);
  const { data: drift = [] } = useDrift(station.id);
  const text = url.q ?? "";
  const items = matching(data ?? [], text);
  return (
    <Stack gap="sm">
      <Drift station={station} lines={drift} />
      <Group gap="xs">
        <TextInput
          type="search"
          aria-label={t("variable.search")}
          placeholder={t("variable.search")}
          leftSection={<IconSearch size={16} />}
          value={text}
          onChange={(event) => set({ q: event.currentTarget.value || undefined })}
          w={{ base: "100%", xs: 260 }}
        />
        {actions}
      </Group>
      {isPending ? (
        <Waiting />
      ) : error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : items.length === 0 ? (
        <Panel>
          <EmptyState
            icon={IconAdjustments}
            title={t(text ? "device.noneMatch" : "variable.none")}
            text={t(text ? "device.noneMatchText" : "variable.noneText")}
          />
        </Panel>
      ) : (
        <Components id={station.id} items={items} drift={drift} all={text.trim() !== ""} />
      )}
    </Stack>
  );
}

const PARTS = ["variables", "monitors", "events"] as const;

/** `actions` reads the settings again: it belongs to another feature. */
export function DeviceModel({ station, actions }: { station: Station; actions: ReactNode }) {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const part = PARTS.find((each) => each === url.part) ?? "variables";
  if (station.protocol === "ocpp1.6" || station.protocol === null)
    return <Model station={station} actions={actions} />;
  return (
    <Stack gap="sm">
      <SegmentedControl
        size="xs"
        aria-label={t("device.part")}
        value={part}
        onChange={(value) => set({ part: value === "variables" ? undefined : value, q: undefined })}
        data={PARTS.map((value) => ({ value, label: t(`device.parts.${value}`) }))}
        style={{ alignSelf: "flex-start" }}
      />
      {part === "variables" && <Model station={station} actions={actions} />}
      {part === "monitors" && <MonitorList station={station} />}
      {part === "events" && <EventList id={station.id} />}
    </Stack>
  );
}
