// Reads and writes of a zone's meter.
import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import type { ZoneMeter, ZoneMeterTrial } from "@/api/types";
import type { inputOf } from "./values";

/** Milliseconds after which a meter is looked at again: a reading comes every few seconds. */
const LOOK_AGAIN = 3_000;

export type MeterInput = ReturnType<typeof inputOf>;

export const meterOptions = (zone: string) =>
  queryOptions({
    queryKey: [...keys.zones, "meter", zone],
    queryFn: ({ signal }) => http.get<ZoneMeter>(`/zones/${zone}/meter`, {}, signal),
    refetchInterval: LOOK_AGAIN,
  });

export const tryMeter = (zone: string, input: MeterInput) =>
  http.post<ZoneMeterTrial>(`/zones/${zone}/meter/test`, input);

export function useMeterWrites(zone: string) {
  const client = useQueryClient();
  const after = async <T>(answer: Promise<T>): Promise<T> => {
    const found = await answer;
    await client.invalidateQueries({ queryKey: keys.zones });
    return found;
  };
  return {
    /** `null`: programs tell its readings from now on. */
    save: (input: MeterInput | null) =>
      after<unknown>(
        input === null
          ? http.remove(`/zones/${zone}/meter`)
          : http.put<ZoneMeter>(`/zones/${zone}/meter`, input),
      ),
  };
}
