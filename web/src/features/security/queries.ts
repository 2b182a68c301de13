// Certificates, who signs them, security events, and what holds for one charger.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { ofStationOptions } from "@/api/lookups";
import { type List, useList } from "@/api/pages";
import type {
  Certificate,
  CertificateAuthority,
  Command,
  InstalledCertificate,
  LogUpload,
  PasswordRotation,
  SecurityEvent,
  SecurityUpgrade,
  StationSecurity,
} from "@/api/types";

export const useAuthority = () =>
  useQuery({
    queryKey: keys.authority,
    queryFn: ({ signal }) => http.get<CertificateAuthority>("/certificate-authority", {}, signal),
  });

export interface CertificateFilter {
  kind?: string;
  state?: string;
  station_id?: string;
}

export const useCertificates = (filter: CertificateFilter): List<Certificate> =>
  useList<Certificate>([...keys.certificates, "list", filter], "/certificates", { ...filter });

export interface EventFilter {
  station_id?: string;
  severity?: string;
}

export const useSecurityEvents = (filter: EventFilter): List<SecurityEvent> =>
  useList<SecurityEvent>([...keys.securityEvents, filter], "/security-events", { ...filter });

/** Milliseconds between looks while an upgrade or a new password is under way. */
const LOOK_AGAIN = 3_000;
const UNDER_WAY = ["running", "waiting", "sending", "unclear"];

export const useStationSecurity = (id: string) =>
  useQuery({
    queryKey: keys.ofStation(id, "security"),
    queryFn: ({ signal }) => http.get<StationSecurity>(`/stations/${id}/security`, {}, signal),
    refetchInterval: ({ state }) =>
      [state.data?.upgrade?.state, state.data?.rotation?.state].some(
        (each) => each !== undefined && UNDER_WAY.includes(each),
      )
        ? LOOK_AGAIN
        : false,
  });

export const useInstalled = (id: string) =>
  useQuery(ofStationOptions<InstalledCertificate>(id, "installed-certificates"));

export const useLogUploads = (id: string): List<LogUpload> =>
  useList<LogUpload>([...keys.ofStation(id, "log-uploads"), "list"], `/stations/${id}/log-uploads`);

export function useCertificateWrites() {
  const client = useQueryClient();
  const after = <T>(answer: Promise<T>): Promise<T> =>
    answer.finally(() => void client.invalidateQueries({ queryKey: keys.certificates }));
  return {
    makeRoot: () => after(http.post<Certificate>("/certificate-authority/root")),
    authority: (change: Record<string, unknown>) =>
      after(http.patch<CertificateAuthority>("/certificate-authority", change)),
    upload: (kind: string, pem: string) => after(http.post<Certificate>("/certificates", { kind, pem })),
    revoke: (id: string, reason: string) =>
      after(http.post<Certificate>(`/certificates/${id}/revoke`, reason ? { reason } : {})),
    remove: (id: string) => after(http.remove(`/certificates/${id}`)),
  };
}

export function useSecurityWrites(id: string) {
  const client = useQueryClient();
  const after = <T>(answer: Promise<T>): Promise<T> =>
    answer.finally(() => {
      void client.invalidateQueries({ queryKey: keys.station(id) });
      void client.invalidateQueries({ queryKey: keys.commands(id) });
      void client.invalidateQueries({ queryKey: keys.certificates });
    });
  const route = `/stations/${id}`;
  return {
    upgrade: (input: { profile: number; root_is_trusted: boolean; restart: boolean }) =>
      after(http.post<SecurityUpgrade>(`${route}/security-upgrade`, input)),
    giveUp: () => after(http.remove(`${route}/security-upgrade`)),
    rotate: () => after(http.post<PasswordRotation>(`${route}/password-rotation`)),
    renew: () => after(http.post<Command>(`${route}/certificate-renewal`)),
    refresh: () => after(http.post<Command>(`${route}/installed-certificates/refresh`)),
    install: (certificate_id: string) =>
      after(http.post<Command>(`${route}/installed-certificates`, { certificate_id })),
    uninstall: (held: InstalledCertificate) =>
      after(http.remove<Command>(`${route}/installed-certificates/${held.serial}/${held.issuer_key_hash}`)),
    askForLog: (kind: string) => after(http.post<LogUpload>(`${route}/log-uploads`, { kind })),
    removeLog: (log: string) => after(http.remove(`/log-uploads/${log}`)),
  };
}
