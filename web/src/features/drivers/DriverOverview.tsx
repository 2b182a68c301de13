// What is kept of a driver, and the groups the driver belongs to.
import { ActionIcon, Button, Group, Menu, Pill, SimpleGrid, Stack, Text } from "@mantine/core";
import {
  IconBan,
  IconCheck,
  IconDots,
  IconMail,
  IconPencil,
  IconTicket,
  IconTrash,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { DriverWithGroups, RedemptionCode } from "@/api/types";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { useGroupChoices } from "@/ui/choices";
import { Facts } from "@/ui/Facts";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { notifyDone, notifyFailed, useProblemText } from "@/ui/problem";
import { Outside, Timestamp } from "@/ui/Values";
import { CodeDialog } from "./CodeDialog";
import { DriverForm } from "./DriverForm";
import { useDriverWrites } from "./queries";

type Dialog = "edit" | "erase" | null;

export function DriverActions({ driver }: { driver: DriverWithGroups }) {
  const { t } = useTranslation();
  const mayEdit = useMay("drivers");
  const navigate = useNavigate();
  const { change, erase, invite } = useDriverWrites();
  const problemText = useProblemText();
  const [dialog, setDialog] = useState<Dialog>(null);
  const [code, setCode] = useState<RedemptionCode | null>(null);
  if (!mayEdit) return null;
  const failed = (error: unknown) => notifyFailed(problemText(error));
  const blocked = driver.status === "blocked";
  const send = (byLetter: boolean) =>
    void invite(driver.id, byLetter).then((issued) => {
      if (byLetter) notifyDone(t(issued.mail ? "driver.codeSent" : "driver.codeKept"));
      else setCode(issued);
    }, failed);
  return (
    <Group gap="xs">
      <Button leftSection={<IconPencil size={16} />} variant="default" onClick={() => setDialog("edit")}>
        {t("driver.edit")}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t("driver.more")}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {!driver.joined_at && (
            <>
              <Menu.Item
                leftSection={<IconMail size={16} />}
                disabled={!driver.email}
                onClick={() => send(true)}
              >
                {t("driver.sendCode")}
              </Menu.Item>
              <Menu.Item leftSection={<IconTicket size={16} />} onClick={() => send(false)}>
                {t("driver.handCode")}
              </Menu.Item>
            </>
          )}
          <Menu.Item
            leftSection={blocked ? <IconCheck size={16} /> : <IconBan size={16} />}
            onClick={() => void change(driver.id, { blocked: !blocked }).catch(failed)}
          >
            {t(blocked ? "driver.unblock" : "driver.block")}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => setDialog("erase")}>
            {t("driver.erase")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === "edit" && <DriverForm driver={driver} onClose={() => setDialog(null)} />}
      <ConfirmAction
        opened={dialog === "erase"}
        onClose={() => setDialog(null)}
        title={t("driver.erase")}
        consequence={t("driver.eraseText", { name: driver.name, count: driver.keys })}
        confirmLabel={t("driver.erase")}
        onConfirm={async () => {
          await erase(driver.id);
          notifyDone(t("driver.erased"));
          void navigate({ to: "/drivers" });
        }}
      />
      {code && <CodeDialog code={code} onClose={() => setCode(null)} />}
    </Group>
  );
}

function Groups({ driver }: { driver: DriverWithGroups }) {
  const { t } = useTranslation();
  const mayEdit = useMay("drivers");
  const { setMember } = useDriverWrites();
  const problemText = useProblemText();
  const choices = useGroupChoices().filter((each) => !driver.groups.some((own) => own.id === each.value));
  const set = (group: string, member: boolean) =>
    void setMember(group, driver.id, member).catch((error) => notifyFailed(problemText(error)));
  return (
    <Panel title={t("driver.groups")}>
      <Group gap={6}>
        {driver.groups.length === 0 && <Text c="dimmed">{t("driver.noGroups")}</Text>}
        {driver.groups.map((group) => (
          <Pill
            key={group.id}
            size="md"
            withRemoveButton={mayEdit}
            onRemove={() => set(group.id, false)}
            removeButtonProps={{
              "aria-label": t("driver.leaveGroup", { group: group.name }),
              tabIndex: 0,
              "aria-hidden": false,
            }}
          >
            {group.name}
          </Pill>
        ))}
        {mayEdit && choices.length > 0 && (
          <Menu>
            <Menu.Target>
              <Button size="compact-sm" variant="subtle">
                {t("driver.joinGroup")}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {choices.map((group) => (
                <Menu.Item key={group.value} onClick={() => set(group.value, true)}>
                  {group.label}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
    </Panel>
  );
}

export function DriverOverview({ driver }: { driver: DriverWithGroups }) {
  const { t } = useTranslation();
  const text = (value: string | null) => <Outside key="v" text={value} />;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      <Panel title={t("driver.contact")}>
        <Facts
          rows={[
            [t("driver.email"), text(driver.email)],
            [t("driver.phone"), text(driver.phone)],
            [t("driver.address"), text(driver.address)],
            [t("driver.language"), t(`driver.languages.${driver.language}`)],
            [t("driver.notes"), text(driver.notes)],
          ]}
        />
      </Panel>
      <Stack gap="md">
        <Panel title={t("driver.account")}>
          <Facts
            rows={[
              [t("driver.number"), text(driver.number)],
              [
                t("fleetKind.label"),
                driver.fleet ? (
                  <RouteLink key="f" to="/fleet" search={{ fleet: driver.fleet } as never}>
                    {t(`fleetKind.${driver.fleet}`)}
                  </RouteLink>
                ) : (
                  t("fleetKind.none")
                ),
              ],
              [t("driver.canPayFact"), t(driver.can_pay ? "driver.yes" : "driver.no")],
              [t("driver.created"), <Timestamp key="c" at={driver.created_at} />],
              [t("driver.joined"), <Timestamp key="j" at={driver.joined_at} />],
              [t("driver.lastCharge"), <Timestamp key="l" at={driver.last_charge_at} />],
            ]}
          />
        </Panel>
        <Groups driver={driver} />
      </Stack>
    </SimpleGrid>
  );
}
