// What an account without a live charger does first; what is done is ticked off by itself.
import { Group, Stack, Text, ThemeIcon } from "@mantine/core";
import { IconCheck, IconCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { siteChoicesOptions } from "@/api/lookups";
import type { Overview } from "@/api/types";
import { profileOptions } from "@/features/organisation/queries";
import { RouteButton } from "@/ui/Links";
import { Panel } from "@/ui/Panel";

interface Step {
  name: "site" | "charger" | "online" | "session" | "details";
  done: boolean;
  to: string;
  search?: Record<string, string>;
}

export function Checklist({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  const may = useMay("network");
  const { data: sites } = useQuery(siteChoicesOptions);
  const { data: profile } = useQuery(profileOptions);
  const { stations } = overview;
  const hasSession = overview.recent_sessions.length > 0;
  // A network that runs needs no list.
  if (!may || hasSession || !sites) return null;
  const steps: Step[] = [
    { name: "details", done: Boolean(profile?.details_given && profile.has_logo), to: "/getting-started" },
    { name: "site", done: sites.items.length > 0, to: "/sites", search: { add: "1" } },
    { name: "charger", done: stations.total > 0, to: "/chargers", search: { add: "1" } },
    { name: "online", done: stations.total > stations.never_connected, to: "/chargers" },
    { name: "session", done: hasSession, to: "/chargers" },
  ];
  const next =
    steps.find((step) => !step.done && step.name !== "details") ?? steps.find((step) => !step.done);
  return (
    <Panel title={t("dashboard.setup.title")}>
      <Text c="dimmed" mb="sm">
        {t("dashboard.setup.text")}
      </Text>
      <Stack gap={8} component="ol" style={{ listStyle: "none", margin: 0, padding: 0 }}>
        {steps.map((step) => (
          <Group key={step.name} component="li" gap="sm" justify="space-between" wrap="wrap">
            <Group gap="xs" wrap="nowrap">
              <ThemeIcon size={22} radius="xl" variant="light" color={step.done ? "green" : "gray"}>
                {step.done ? <IconCheck size={14} aria-hidden /> : <IconCircle size={12} aria-hidden />}
              </ThemeIcon>
              <Text td={step.done ? "line-through" : undefined} c={step.done ? "dimmed" : undefined}>
                {t(`dashboard.setup.${step.name}`)}
                {step.done && <span className="visually-hidden"> ({t("dashboard.setup.done")})</span>}
              </Text>
            </Group>
            {!step.done && (
              <RouteButton
                to={step.to}
                search={step.search as never}
                size="compact-sm"
                variant={step === next ? "filled" : "default"}
              >
                {t(`dashboard.setup.${step.name}Button`)}
              </RouteButton>
            )}
          </Group>
        ))}
      </Stack>
    </Panel>
  );
}
