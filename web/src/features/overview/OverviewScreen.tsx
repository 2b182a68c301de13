// The network at a glance.
import { Grid, SimpleGrid, Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { overviewOptions } from "@/api/lookups";
import type { Session } from "@/api/types";
import { Failure } from "@/ui/Failure";
import { Attention } from "./Attention";
import { EnergyDays } from "./EnergyDays";
import { EnergyHours } from "./EnergyHours";
import { Figures } from "./Figures";
import { FirstSteps } from "./FirstSteps";
import { PlugStatus } from "./PlugStatus";

function Waiting() {
  return (
    <Stack aria-busy="true">
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
        {["a", "b", "c", "d"].map((each) => (
          <Skeleton key={each} height={104} />
        ))}
      </SimpleGrid>
      <Skeleton height={260} />
    </Stack>
  );
}

/** `recent` draws the sessions: they belong to another feature. */
export function OverviewScreen({ recent }: { recent: (sessions: Session[]) => ReactNode }) {
  const { data, error, refetch } = useQuery(overviewOptions);
  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <Waiting />;
  return (
    <Stack gap="sm">
      {data.stations.total === 0 && <FirstSteps />}
      <Figures overview={data} />
      <Grid gap="sm">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack gap="sm">
            <EnergyDays overview={data} />
            <EnergyHours overview={data} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack gap="sm">
            <PlugStatus connectors={data.connectors} />
            <Attention items={data.attention} />
          </Stack>
        </Grid.Col>
      </Grid>
      {recent(data.recent_sessions)}
    </Stack>
  );
}
