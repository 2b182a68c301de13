// The time zone of the screen: the organisation's, unless a part of the screen belongs to one site.
import { createContext, type ReactNode, useContext } from "react";

const Zone = createContext("UTC");

export function ZoneProvider({ zone, children }: { zone: string; children: ReactNode }) {
  return <Zone.Provider value={zone}>{children}</Zone.Provider>;
}

export const useZone = (): string => useContext(Zone);
