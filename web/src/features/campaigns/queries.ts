// Firmware campaigns and how far they are.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type { Campaign, CampaignDetail, CampaignRequest, Page, Station } from "@/api/types";

/** Chargers offered in the choice. */
const CHOICES = 500;
/** Milliseconds between looks at a campaign that moves. */
const LOOK_AGAIN = 4_000;

export const useCampaigns = (): List<Campaign> =>
  useList<Campaign>([...keys.campaigns, "list"], "/firmware-campaigns");

export const useCampaign = (id: string) =>
  useQuery({
    queryKey: keys.campaign(id),
    queryFn: ({ signal }) => http.get<CampaignDetail>(`/firmware-campaigns/${id}`, {}, signal),
    refetchInterval: ({ state }) =>
      state.data && ["canary", "running"].includes(state.data.state) ? LOOK_AGAIN : false,
  });

export const useStationChoices = () =>
  useQuery({
    queryKey: keys.stationList({ campaign: true }),
    queryFn: ({ signal }) => http.get<Page<Station>>("/stations", { limit: CHOICES }, signal),
    select: (page) => page.items,
  });

export function useCampaignWrites() {
  const client = useQueryClient();
  const after = <T>(answer: Promise<T>): Promise<T> =>
    answer.finally(() => void client.invalidateQueries({ queryKey: keys.campaigns }));
  return {
    start: (input: CampaignRequest) => after(http.post<Campaign>("/firmware-campaigns", input)),
    act: (id: string, action: string) =>
      after(http.post<Campaign>(`/firmware-campaigns/${id}/actions`, { action })),
  };
}
