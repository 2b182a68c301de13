// One tariff: its prices in words, in their versions, where they hold, and the calculator.
import { Button, Group, Menu, SimpleGrid, Stack, Table, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Tariff, TariffUse, TariffVersion } from "@/api/types";
import { useNow } from "@/lib/useNow";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { Failure } from "@/ui/Failure";
import { FormDialog } from "@/ui/FormDialog";
import { RouteLink } from "@/ui/Links";
import { Page } from "@/ui/Page";
import { Panel } from "@/ui/Panel";
import { notifyDone } from "@/ui/problem";
import { ToneBadge } from "@/ui/StatusBadge";
import { Timestamp } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { Calculator } from "./Calculator";
import { tariffOptions, useTariffWrites } from "./queries";
import { TariffForm } from "./TariffForm";
import { versionsAt } from "./TariffList";
import { TariffWords } from "./TariffWords";

function Rename({ tariff, onClose }: { tariff: Tariff; onClose: () => void }) {
  const { t } = useTranslation();
  const { rename } = useTariffWrites();
  const form = useForm({
    initialValues: { name: tariff.name },
    validate: { name: (value) => (value.trim() ? null : t("form.required")) },
  });
  return (
    <FormDialog
      title={t("tariff.rename")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("form.save")}
      onSubmit={({ name }) => rename(tariff.id, name)}
    >
      <TextInput label={t("tariff.name")} required data-autofocus {...form.getInputProps("name")} />
    </FormDialog>
  );
}

function Actions({ tariff }: { tariff: Tariff }) {
  const { t } = useTranslation();
  const may = useMay("tariffs");
  const navigate = useNavigate();
  const { remove } = useTariffWrites();
  const [open, setOpen] = useState<"prices" | "name" | "remove" | null>(null);
  const close = () => setOpen(null);
  if (!may) return null;
  return (
    <>
      <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen("prices")}>
        {t("tariff.newPrices")}
      </Button>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <Button variant="default">{t("charger.manage")}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setOpen("name")}>
            {t("tariff.rename")}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => setOpen("remove")}>
            {t("tariff.remove")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {open === "prices" && (
        <TariffForm of={tariff} onClose={close} onMade={() => notifyDone(t("tariff.pricesSet"))} />
      )}
      {open === "name" && <Rename tariff={tariff} onClose={close} />}
      <ConfirmAction
        opened={open === "remove"}
        onClose={close}
        title={t("tariff.removeTitle", { name: tariff.name })}
        consequence={t("tariff.removeText")}
        confirmLabel={t("tariff.remove")}
        onConfirm={async () => {
          await remove(tariff.id);
          notifyDone(t("tariff.removed", { name: tariff.name }));
          await navigate({ to: "/tariffs" });
        }}
      />
    </>
  );
}

function Version({ tariff, version, state }: { tariff: Tariff; version: TariffVersion; state: string }) {
  const { t } = useTranslation();
  const may = useMay("tariffs");
  const { removeVersion } = useTariffWrites();
  const [removing, setRemoving] = useState(false);
  return (
    <Stack gap={4} component="section" aria-label={t(`tariff.versions.${state}`)}>
      <Group gap="xs" justify="space-between">
        <Group gap="xs">
          <ToneBadge tone={state === "current" ? "green" : state === "coming" ? "blue" : "grey"}>
            {t(`tariff.versions.${state}`)}
          </ToneBadge>
          <Text size="sm">
            {t("tariff.since")} <Timestamp at={version.valid_from} />
          </Text>
        </Group>
        {may && state === "coming" && tariff.versions.length > 1 && (
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setRemoving(true)}>
            {t("tariff.takeBack")}
          </Button>
        )}
      </Group>
      <TariffWords rules={version.rules} />
      <ConfirmAction
        opened={removing}
        onClose={() => setRemoving(false)}
        title={t("tariff.takeBack")}
        consequence={t("tariff.takeBackText")}
        confirmLabel={t("tariff.takeBack")}
        onConfirm={() => removeVersion(tariff.id, version.id)}
      />
    </Stack>
  );
}

function Versions({ tariff }: { tariff: Tariff }) {
  const { t } = useTranslation();
  const now = useNow(30_000);
  const { current } = versionsAt(tariff, now);
  const stateOf = (version: TariffVersion) => {
    if (version.id === current?.id) return "current";
    return new Date(version.valid_from) > now ? "coming" : "past";
  };
  return (
    <Panel title={t("tariff.versions.title")}>
      <Stack gap="md">
        {[...tariff.versions].reverse().map((version) => (
          <Version key={version.id} tariff={tariff} version={version} state={stateOf(version)} />
        ))}
        <Text size="sm" c="dimmed">
          {t("tariff.versions.text")}
        </Text>
      </Stack>
    </Panel>
  );
}

function UseLink({ use }: { use: TariffUse }) {
  const { t } = useTranslation();
  if (use.kind === "site")
    return (
      <RouteLink to="/sites/$id" params={{ id: use.id }}>
        {use.name}
      </RouteLink>
    );
  return (
    <>
      <RouteLink to="/chargers/$id" params={{ id: use.id }}>
        {use.name}
      </RouteLink>
      {use.evse !== null && ` · ${t("tariff.plug", { number: use.evse })}`}
    </>
  );
}

function Uses({ tariff }: { tariff: Tariff }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("tariff.uses.title")}>
      {tariff.uses.length === 0 ? (
        <Text c="dimmed">{t("tariff.uses.none")}</Text>
      ) : (
        <Table verticalSpacing={6} aria-label={t("tariff.uses.title")}>
          <Table.Tbody>
            {tariff.uses.map((use) => (
              <Table.Tr key={`${use.kind} ${use.id} ${use.evse ?? ""}`}>
                <Table.Td>
                  <UseLink use={use} />
                </Table.Td>
                <Table.Td c="dimmed">{t(`tariff.uses.${use.kind}`)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Panel>
  );
}

export function TariffDetail({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(tariffOptions(id));
  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <Waiting />;
  return (
    <Page
      above={<RouteLink to="/tariffs">{t("tariff.title")}</RouteLink>}
      title={data.name}
      aside={<ToneBadge tone="grey">{data.currency}</ToneBadge>}
      actions={<Actions tariff={data} />}
    >
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
        <Stack gap="md">
          <Versions tariff={data} />
          <Uses tariff={data} />
        </Stack>
        <Calculator tariff={data.id} />
      </SimpleGrid>
    </Page>
  );
}
