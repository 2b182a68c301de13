// The header's one line: is it online, since when, what does each plug do, what is wrong.
import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Station } from "@/api/types";
import { StatusBadge, ToneBadge } from "@/ui/StatusBadge";
import { Outside, Since } from "@/ui/Values";
import { Online } from "./Online";
import { NoPassword } from "./SecurityProfile";

function Faults({ station }: { station: Station }) {
  const { t } = useTranslation();
  const faults = station.evses.flatMap((evse) =>
    evse.connectors
      .filter((each) => each.error_code && each.error_code !== "NoError")
      .map((each) => ({ evse: evse.evse, ...each })),
  );
  const whole = station.station_status;
  if (whole?.error_code && whole.error_code !== "NoError") faults.unshift({ evse: 0, ...whole });
  return faults.map((each) => (
    <Text key={`${each.evse}.${each.connector}`} component="span" c="var(--mantine-color-error)">
      {each.evse === 0 ? t("charger.one") : t("charger.plugNumber", { number: each.evse })}:{" "}
      <Outside text={[each.error_code, each.vendor_error_code, each.info].filter(Boolean).join(" · ")} />
    </Text>
  ));
}

export function Answer({ station }: { station: Station }) {
  const { t } = useTranslation();
  return (
    <Group gap="xs" mt={4} aria-live="polite">
      <Online station={station} />
      <span className="tabular">
        <Since at={station.online ? station.online_since : (station.offline_since ?? station.last_seen_at)} />
      </span>
      {station.evses.map((evse) => (
        <Group key={evse.evse} gap={4} wrap="nowrap">
          <span>{t("charger.plugNumber", { number: evse.evse })}</span>
          {evse.connectors.map((each) => (
            <StatusBadge key={each.connector} status={each.status} offline={!station.online} />
          ))}
        </Group>
      ))}
      <NoPassword profile={station.security_profile} />
      {station.deviations > 0 && (
        <ToneBadge tone="amber" outline>
          {t("charger.deviating", { count: station.deviations })}
        </ToneBadge>
      )}
      <Faults station={station} />
    </Group>
  );
}
