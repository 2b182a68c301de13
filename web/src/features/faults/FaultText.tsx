// A fault in words: the public name of its code, how bad it is, what it means and what to do.
import { Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Fault } from "@/api/types";
import { Facts } from "@/ui/Facts";
import { ToneBadge } from "@/ui/StatusBadge";
import { Count, Outside, Timestamp } from "@/ui/Values";

const TONES = { critical: "red", warning: "amber", info: "grey" } as const;

export function SeverityBadge({ severity }: { severity: Fault["severity"] }) {
  const { t } = useTranslation();
  return <ToneBadge tone={TONES[severity]}>{t(`fault.severity.${severity}`)}</ToneBadge>;
}

/** The name of a code in the reader's language, or the code itself. */
export function useFaultName(): (fault: { known_as: string | null; code: string }) => string {
  const { t } = useTranslation();
  return (fault) => (fault.known_as ? t(`fault.codes.${fault.known_as}.title`) : fault.code);
}

export function usePlaceName(): (fault: { evse: number; connector: number }) => string {
  const { t } = useTranslation();
  return ({ evse, connector }) =>
    evse === 0 && connector === 0 ? t("fault.wholeCharger") : t("fault.placeOf", { evse, connector });
}

export function FaultText({ fault }: { fault: Fault }) {
  const { t } = useTranslation();
  const code = fault.known_as;
  const told = (name: string, value: ReactNode): [string, ReactNode] => [t(`fault.${name}`), value];
  const rows = [
    told("code", <Outside text={fault.code} />),
    fault.vendor_code ? told("vendorCode", <Outside text={fault.vendor_code} />) : null,
    fault.info ? told("info", <Outside text={fault.info} />) : null,
    told("count", <Count value={fault.count} />),
    told("lastAt", <Timestamp at={fault.last_at} seconds />),
    fault.solved_at ? told("solvedAt", <Timestamp at={fault.solved_at} seconds />) : null,
    fault.note ? told("note", <Outside text={fault.note} />) : null,
  ];
  return (
    <Stack gap="sm" p="sm">
      {code ? (
        <>
          <div>
            <Text fw={600}>{t("fault.means")}</Text>
            <Text>{t(`fault.codes.${code}.means`)}</Text>
          </div>
          <div>
            <Text fw={600}>{t("fault.todo")}</Text>
            <Text>{t(`fault.codes.${code}.todo`)}</Text>
          </div>
        </>
      ) : (
        <Text>{t("fault.unknownCode")}</Text>
      )}
      <Facts rows={rows.filter((row) => row !== null)} />
    </Stack>
  );
}
