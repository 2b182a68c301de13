// Open faults counted by kind: what to look at first, and at how many chargers.
import { Group, SimpleGrid, Text, UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { FaultGroup } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { Outside, Since } from "@/ui/Values";
import classes from "./FaultKinds.module.css";
import { SeverityBadge, useFaultName } from "./FaultText";
import { useFaultGroups } from "./queries";

/** Kinds shown above the list; the list itself has all. */
const SHOWN = 6;

function Kind({ group }: { group: FaultGroup }) {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const name = useFaultName()(group);
  const on = url.code === group.code && (url.vendor_code ?? "") === group.vendor_code;
  return (
    <UnstyledButton
      className={classes.kind}
      aria-pressed={on}
      onClick={() =>
        set(
          on
            ? { code: undefined, vendor_code: undefined }
            : { code: group.code, vendor_code: group.vendor_code || undefined },
        )
      }
    >
      <Group gap={6} wrap="nowrap" justify="space-between">
        <Text fw={600} component="span">
          <Outside line text={name} />
        </Text>
        <SeverityBadge severity={group.severity} />
      </Group>
      <Text size="sm" c="dimmed" component="span">
        {t("fault.kind_faults", { count: group.faults })}{" "}
        {t("fault.kind_stations", { count: group.stations })}
        {" · "}
        {t(`fault.cause.${group.cause}`)} · <Since at={group.since} />
      </Text>
    </UnstyledButton>
  );
}

export function FaultKinds({ filter }: { filter: { site_id?: string } }) {
  const { t } = useTranslation();
  const groups = useFaultGroups(filter);
  if (groups.length === 0) return null;
  return (
    <SimpleGrid
      cols={{ base: 1, sm: 2, lg: 3 }}
      spacing="xs"
      component="section"
      aria-label={t("fault.kinds")}
    >
      {groups.slice(0, SHOWN).map((group) => (
        <Kind key={`${group.code} ${group.vendor_code}`} group={group} />
      ))}
    </SimpleGrid>
  );
}
