// What to do in an empty network.
import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { RouteButton } from "@/ui/Links";
import { Panel } from "@/ui/Panel";

export function FirstSteps() {
  const { t } = useTranslation();
  return (
    <Panel title={t("overview.firstSteps")}>
      <Text c="dimmed" mb="sm">
        {t("overview.firstStepsText")}
      </Text>
      <Group gap="xs">
        <RouteButton to="/sites" search={{ add: "1" }}>
          {t("overview.addSite")}
        </RouteButton>
        <RouteButton to="/chargers" search={{ add: "1" }} variant="default">
          {t("overview.addCharger")}
        </RouteButton>
      </Group>
    </Panel>
  );
}
