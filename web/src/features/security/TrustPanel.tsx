// Which certificates a charger trusts, as far as it has said; installing and taking out.
import { Button, Group, Select, Stack, Text } from "@mantine/core";
import { IconCertificate, IconRefresh } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Command, InstalledCertificate, Station } from "@/api/types";
import { CommandAnswer } from "@/ui/CommandAnswer";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { Panel } from "@/ui/Panel";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { Outside, Timestamp } from "@/ui/Values";
import { useCertificates, useInstalled, useSecurityWrites } from "./queries";

const KINDS = ["csms", "manufacturer", "v2g_root", "mobility_operator_root", "oem_root", "authority"];

export function TrustPanel({ station }: { station: Station }) {
  const { t } = useTranslation();
  const may = useMay("network");
  const problemText = useProblemText();
  const { data = [], error, isPending, refetch } = useInstalled(station.id);
  const inventory = useCertificates({ state: "trusted" });
  const writes = useSecurityWrites(station.id);
  const [chosen, setChosen] = useState<string | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const [answer, setAnswer] = useState<Command | null>(null);
  const act = (name: string, command: () => Promise<Command>) => async () => {
    setBusy(name);
    try {
      setAnswer(await command());
    } catch (problem) {
      notifyFailed(problemText(problem));
    } finally {
      setBusy(null);
    }
  };
  return (
    <Panel
      title={t("security.trusts")}
      aside={
        may && (
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              loading={busy === "renew"}
              onClick={act("renew", writes.renew)}
            >
              {t("security.renew")}
            </Button>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconRefresh size={15} />}
              loading={busy === "refresh"}
              onClick={act("refresh", writes.refresh)}
            >
              {t("security.readTrust")}
            </Button>
          </Group>
        )
      }
    >
      <Stack gap="sm">
        {may && inventory.items.length > 0 && (
          <Group gap="xs" align="flex-end">
            <Select
              label={t("security.toInstall")}
              data={inventory.items
                .filter((each) => KINDS.includes(each.kind))
                .map((each) => ({
                  value: each.id,
                  label: `${t(`security.kinds.${each.kind}`)} · ${each.subject}`,
                }))}
              value={chosen}
              onChange={setChosen}
              w={{ base: "100%", xs: 420 }}
            />
            <Button
              variant="default"
              disabled={!chosen}
              loading={busy === "install"}
              onClick={act("install", () => writes.install(chosen ?? ""))}
            >
              {t("security.install")}
            </Button>
          </Group>
        )}
        {answer && <CommandAnswer command={answer} />}
        <DataTable<InstalledCertificate & { id?: string }>
          list={{ items: data, loading: isPending, error, retry: () => void refetch() }}
          rowKey={(each) => `${each.serial} ${each.issuer_key_hash}`}
          label={t("security.trusts")}
          minWidth={560}
          plain
          columns={[
            {
              accessor: "use",
              title: t("security.use"),
              render: (each) => t(`security.kinds.${each.use}`, { defaultValue: each.use }),
            },
            {
              accessor: "serial",
              title: t("security.serial"),
              render: (each) => <Outside line text={each.serial} mono />,
            },
            { accessor: "seen_at", title: t("held.told"), render: (each) => <Timestamp at={each.seen_at} /> },
            {
              accessor: "actions",
              title: <span className="visually-hidden">{t("table.actions")}</span>,
              textAlign: "right",
              render: (each) =>
                may && (
                  <Button
                    size="compact-sm"
                    variant="default"
                    loading={busy === each.serial}
                    onClick={act(each.serial, () => writes.uninstall(each))}
                  >
                    {t("security.remove")}
                  </Button>
                ),
            },
          ]}
          empty={
            <EmptyState
              icon={IconCertificate}
              title={t("security.noTrust")}
              text={t("security.noTrustText")}
            />
          }
        />
        {data.length > 0 && (
          <Text size="sm" c="dimmed">
            {t("security.trustNote")}
          </Text>
        )}
      </Stack>
    </Panel>
  );
}
