// Reads and writes of fleet cards.
import { useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type { FleetCard } from "@/api/types";

export interface CardFilter {
  q: string | undefined;
  status: string | undefined;
}

export const useFleetCards = (filter: CardFilter): List<FleetCard> =>
  useList<FleetCard>([...keys.drivers, "fleet-cards", filter], "/fleet-cards", { ...filter });

export interface CardOrder {
  driver_id: string;
  to_home: boolean;
  address: string | null;
  fee: string;
  currency: string;
}

export interface CardUse {
  reference: string;
  at: string;
  place: string;
  energy_wh: number;
  amount: string;
}

export function useCardWrites() {
  const client = useQueryClient();
  const after = async <T>(answer: Promise<T>): Promise<T> => {
    const found = await answer;
    void client.invalidateQueries({ queryKey: [...keys.drivers, "fleet-cards"] });
    return found;
  };
  return {
    order: (input: CardOrder) => after(http.post<FleetCard>("/fleet-cards", input)),
    activate: (id: string, number: string) =>
      after(http.post<FleetCard>(`/fleet-cards/${id}/activate`, { number })),
    replace: (id: string, to_home: boolean, address: string) =>
      after(http.post<FleetCard>(`/fleet-cards/${id}/replacement`, { to_home, address })),
    cancel: (id: string) => after(http.remove(`/fleet-cards/${id}`)),
    noteUse: (id: string, use: CardUse) => after(http.post(`/fleet-cards/${id}/uses`, { uses: [use] })),
  };
}
