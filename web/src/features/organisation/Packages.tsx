// Parts of the product that an organisation uses; what is off is refused by the server too.
import { Stack, Switch, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Profile } from "@/api/types";
import { Panel } from "@/ui/Panel";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { useProfileWrites } from "./queries";

export function Packages({ profile }: { profile: Profile }) {
  const { t } = useTranslation();
  const may = useMay("administration");
  const { edit } = useProfileWrites();
  const problemText = useProblemText();
  const turn = (name: string, on: boolean) =>
    void edit({
      packages: on ? [...profile.packages, name] : profile.packages.filter((each) => each !== name),
    }).catch((error) => notifyFailed(problemText(error)));
  return (
    <Panel title={t("org.packages")}>
      <Text c="dimmed" mb="sm">
        {t("org.packagesText")}
      </Text>
      <Stack>
        {profile.known_packages.map((name) => (
          <Switch
            key={name}
            label={t(`org.package.${name}`)}
            description={t(`org.package.${name}Text`)}
            disabled={!may}
            checked={profile.packages.includes(name)}
            onChange={(event) => turn(name, event.currentTarget.checked)}
          />
        ))}
      </Stack>
    </Panel>
  );
}
