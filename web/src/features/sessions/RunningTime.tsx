// How long a session lasts: of an open one up to now.
import type { Session } from "@/api/types";
import { useNow } from "@/lib/useNow";
import { Duration } from "@/ui/Values";

function Running({ since }: { since: string }) {
  const now = useNow(10_000);
  return <Duration seconds={(now.getTime() - new Date(since).getTime()) / 1_000} />;
}

export function RunningTime({ session }: { session: Session }) {
  if (session.status === "active") return <Running since={session.started_at} />;
  return <Duration seconds={session.duration_s} />;
}
