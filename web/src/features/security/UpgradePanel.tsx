// What holds for a charger, and its way to a higher security profile, step by step; a new password.
import { Alert, Button, Checkbox, Group, List, Modal, Select, Stack, Text, ThemeIcon } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import {
  IconAlertTriangle,
  IconCheck,
  IconCircleDashed,
  IconClock,
  IconEyeOff,
  IconMinus,
  IconX,
} from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { PasswordRotation, SecurityUpgrade, Station } from "@/api/types";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { CopyLine } from "@/ui/Copy";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { FormDialog } from "@/ui/FormDialog";
import { Panel } from "@/ui/Panel";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { ToneBadge } from "@/ui/StatusBadge";
import type { Tone } from "@/ui/status";
import { Outside, Timestamp } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { useSecurityWrites, useStationSecurity } from "./queries";

const STEP_LOOKS = {
  done: [IconCheck, "green"],
  missing: [IconAlertTriangle, "orange"],
  waiting: [IconClock, "blue"],
  failed: [IconX, "red"],
  not_needed: [IconMinus, "gray"],
} as const;
const TONES: Record<string, Tone> = {
  done: "green",
  running: "blue",
  waiting: "blue",
  sending: "blue",
  unclear: "amber",
  blocked: "amber",
  failed: "red",
  refused: "amber",
};

function Steps({ upgrade }: { upgrade: SecurityUpgrade }) {
  const { t } = useTranslation();
  return (
    <List spacing={8} center={false} listStyleType="none">
      {upgrade.steps.map((step) => {
        const [Sign, color] = STEP_LOOKS[step.state as keyof typeof STEP_LOOKS] ?? [IconCircleDashed, "gray"];
        return (
          <List.Item
            key={step.name}
            icon={
              <ThemeIcon size={20} radius="xl" variant="light" color={color}>
                <Sign
                  size={13}
                  role="img"
                  aria-label={t(`security.stepStates.${step.state}`, { defaultValue: step.state })}
                />
              </ThemeIcon>
            }
          >
            <Text size="sm" fw={550}>
              {step.title}
            </Text>
            <Text size="sm" c="dimmed">
              {step.detail}
            </Text>
          </List.Item>
        );
      })}
    </List>
  );
}

function StartUpgrade({ station, from, onClose }: { station: Station; from: number; onClose: () => void }) {
  const { t } = useTranslation();
  const { upgrade } = useSecurityWrites(station.id);
  const higher = [1, 2, 3].filter((each) => each > from);
  const form = useForm({
    initialValues: { profile: String(higher[0] ?? 3), root_is_trusted: false, restart: true },
  });
  return (
    <FormDialog
      title={t("security.upgrade")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("security.start")}
      onSubmit={(values) => upgrade({ ...values, profile: Number(values.profile) })}
    >
      <Text c="dimmed">{t("security.upgradeText")}</Text>
      <Select
        label={t("security.to")}
        data={higher.map((each) => ({ value: String(each), label: t(`profile.choice.${each}`) }))}
        allowDeselect={false}
        {...form.getInputProps("profile")}
      />
      <Checkbox
        label={t("security.rootTrusted")}
        description={t("security.rootTrustedHelp")}
        {...form.getInputProps("root_is_trusted", { type: "checkbox" })}
      />
      <Checkbox
        label={t("security.restart")}
        description={t("security.restartHelp")}
        {...form.getInputProps("restart", { type: "checkbox" })}
      />
    </FormDialog>
  );
}

function Password({ station, rotation }: { station: Station; rotation: PasswordRotation | null }) {
  const { t } = useTranslation();
  const may = useMay("network");
  const { rotate } = useSecurityWrites(station.id);
  const [asking, ask] = useDisclosure(false);
  const [made, setMade] = useState<string | null>(null);
  return (
    <Panel
      title={t("security.password")}
      aside={
        may && (
          <Button size="xs" variant="default" onClick={ask.open} disabled={!station.online}>
            {t("security.rotate")}
          </Button>
        )
      }
    >
      {rotation ? (
        <Text size="sm" component="div">
          <ToneBadge tone={TONES[rotation.state] ?? "grey"}>
            {t(`security.rotationStates.${rotation.state}`, { defaultValue: rotation.state })}
          </ToneBadge>{" "}
          <Outside text={rotation.detail} /> <Timestamp at={rotation.changed_at} />
        </Text>
      ) : (
        <Text size="sm" c="dimmed">
          {t("security.neverRotated")}
        </Text>
      )}
      <ConfirmAction
        opened={asking}
        onClose={ask.close}
        title={t("security.rotate")}
        consequence={t("security.rotateText", { charger: station.identity })}
        confirmLabel={t("security.rotate")}
        harmless
        onConfirm={async () => setMade((await rotate()).password)}
      />
      <Modal
        opened={made !== null}
        onClose={() => setMade(null)}
        title={t("security.password")}
        closeOnClickOutside={false}
        closeButtonProps={{ "aria-label": t("form.close") }}
      >
        <Stack>
          <CopyLine label={t("connect.password")} text={made ?? ""} />
          <Alert color="orange" variant="light" icon={<IconEyeOff size={18} />}>
            {t("connect.once")}
          </Alert>
        </Stack>
      </Modal>
    </Panel>
  );
}

export function UpgradePanel({ station }: { station: Station }) {
  const { t } = useTranslation();
  const may = useMay("network");
  const problemText = useProblemText();
  const { data, error, isPending, refetch } = useStationSecurity(station.id);
  const { giveUp } = useSecurityWrites(station.id);
  const [starting, start] = useDisclosure(false);
  if (isPending) return <Waiting rows={4} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const upgrade = data.upgrade;
  const under = upgrade !== null && ["blocked", "running", "waiting"].includes(upgrade.state);
  const stop = () => void giveUp().catch((problem: unknown) => notifyFailed(problemText(problem)));
  return (
    <>
      <Panel
        title={t("security.holds")}
        aside={
          may &&
          data.profile < 3 && (
            <Button size="xs" onClick={start.open}>
              {t("security.upgrade")}
            </Button>
          )
        }
      >
        <Stack gap="sm">
          <Facts
            rows={[
              [t("profile.label"), t(`profile.choice.${data.profile}`)],
              [
                t("security.connectedWith"),
                data.connected_with === null
                  ? t("charger.offline")
                  : t(`profile.choice.${data.connected_with}`),
              ],
              ...(data.next_profile === null
                ? []
                : ([[t("security.next"), t(`profile.choice.${data.next_profile}`)]] as [string, string][])),
            ]}
          />
          {upgrade && upgrade.state !== "done" && upgrade.state !== "cancelled" && (
            <Stack gap="xs">
              <Group gap="xs">
                <Text fw={600}>{t("security.way", { profile: upgrade.profile })}</Text>
                <ToneBadge tone={TONES[upgrade.state] ?? "grey"}>
                  {t(`security.upgradeStates.${upgrade.state}`, { defaultValue: upgrade.state })}
                </ToneBadge>
                {may && under && (
                  <Button size="compact-sm" variant="default" onClick={stop}>
                    {t("security.giveUp")}
                  </Button>
                )}
              </Group>
              <Steps upgrade={upgrade} />
            </Stack>
          )}
        </Stack>
        {starting && <StartUpgrade station={station} from={data.profile} onClose={start.close} />}
      </Panel>
      <Password station={station} rotation={data.rotation} />
    </>
  );
}
