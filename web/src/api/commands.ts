// Sends one command to one station and says what moved. For the features that act on a part of a station.
import { useQueryClient } from "@tanstack/react-query";
import { http } from "./http";
import { keys } from "./keys";
import type { Command } from "./types";

/** A typed command, or any other message of OCPP 2.x by its name in snake case with its members beside it. */
export type CommandBody = { command: string } & Record<string, unknown>;

export function useStationCommand(id: string): (body: CommandBody) => Promise<Command> {
  const client = useQueryClient();
  return (body) =>
    http.post<Command>(`/stations/${id}/commands`, body).finally(() => {
      void client.invalidateQueries({ queryKey: keys.commands(id) });
      void client.invalidateQueries({ queryKey: keys.station(id) });
    });
}
