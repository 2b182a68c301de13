// Trying a limit: a zone's past days once more under other settings.
import { Button } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Zone } from "@/api/types";
import { siteOptions } from "@/features/sites/queries";
import { candidatesOptions, tryZone, zoneOptions } from "@/features/zones/queries";
import { inputOf, TrialForm, type TrialValues } from "@/features/zones/trial/TrialForm";
import { TrialResult } from "@/features/zones/trial/TrialResult";
import { ZoneForm } from "@/features/zones/ZoneForm";
import { Failure } from "@/ui/Failure";
import { RouteLink } from "@/ui/Links";
import { Page } from "@/ui/Page";
import { Panel } from "@/ui/Panel";
import { ZoneProvider } from "@/ui/zone";
import { PageWaiting } from "../fallbacks";

function UseThese({ zone, values }: { zone: Zone; values: TrialValues }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const { from: _from, days: _days, ...proposal } = values;
  return (
    <>
      <Button leftSection={<IconCheck size={16} />} onClick={() => setOpen(true)}>
        {t("power.trial.use")}
      </Button>
      {open && (
        <ZoneForm
          old={zone}
          proposal={proposal}
          onClose={() => setOpen(false)}
          onSaved={() => void navigate({ to: "/load-balancing/$id", params: { id: zone.id } })}
        />
      )}
    </>
  );
}

export function ZoneTrialPage() {
  const { t } = useTranslation();
  const may = useMay("power");
  const { id } = useParams({ from: "/load-balancing/$id/trial" });
  const { data: zone, error, refetch } = useQuery(zoneOptions(id));
  const { data: chargers } = useQuery(candidatesOptions(zone?.site_id ?? ""));
  const { data: site } = useQuery({ ...siteOptions(zone?.site_id ?? ""), enabled: zone !== undefined });
  const trying = useMutation({ mutationFn: (values: TrialValues) => tryZone(id, inputOf(values)) });
  if (!zone || !site) return error ? <Failure error={error} retry={() => void refetch()} /> : <PageWaiting />;
  const timeZone = site.time_zone;
  return (
    <ZoneProvider zone={timeZone}>
      <Page
        above={
          <RouteLink to="/load-balancing/$id" params={{ id }}>
            {zone.name}
          </RouteLink>
        }
        title={t("power.trial.title")}
        lead={t("power.trial.lead")}
        actions={may && trying.data && trying.variables && <UseThese zone={zone} values={trying.variables} />}
      >
        {may ? (
          <Panel title={t("power.trial.settings")}>
            <TrialForm
              key={zone.id}
              zone={zone}
              chargers={chargers ?? []}
              timeZone={timeZone}
              busy={trying.isPending}
              onTry={(values) => trying.mutateAsync(values)}
            />
          </Panel>
        ) : (
          <Panel title={t("power.trial.settings")}>{t("power.trial.mayNot")}</Panel>
        )}
        {trying.data && (
          <TrialResult trial={trying.data} zone={zone.id} chargers={chargers ?? []} timeZone={timeZone} />
        )}
      </Page>
    </ZoneProvider>
  );
}
