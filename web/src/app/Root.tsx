// Decides between sign-in, first set-up and the application. The address stays, so one lands where one wanted to go.
import { Center, Loader } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import { openLive } from "@/api/live";
import { loginOptions } from "@/api/login";
import { Failure } from "@/ui/Failure";
import { ZoneProvider } from "@/ui/zone";
import { PageWaiting } from "./fallbacks";
import { Shell } from "./shell/Shell";

const SignIn = lazy(() => import("@/features/login/SignIn").then((found) => ({ default: found.SignIn })));
const SetUp = lazy(() => import("@/features/login/SetUp").then((found) => ({ default: found.SetUp })));

function Waiting() {
  const { t } = useTranslation();
  return (
    <Center mih="100vh">
      <Loader aria-label={t("table.loading")} />
    </Center>
  );
}

function Application({ zone }: { zone: string }) {
  const client = useQueryClient();
  useEffect(() => openLive(client), [client]);
  return (
    <ZoneProvider zone={zone}>
      <Shell>
        <Suspense fallback={<PageWaiting />}>
          <Outlet />
        </Suspense>
      </Shell>
    </ZoneProvider>
  );
}

export function Root() {
  const { data, error, refetch } = useQuery(loginOptions);
  const client = useQueryClient();
  const signedIn = data?.state === "signed_in";
  // What one operator has read is not for the next.
  useEffect(() => {
    if (data && !signedIn)
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.login[0] });
  }, [client, data, signedIn]);
  if (!data) {
    return error ? (
      <Center mih="100vh" p="md">
        <Failure error={error} retry={() => void refetch()} />
      </Center>
    ) : (
      <Waiting />
    );
  }
  if (data.state === "signed_in") return <Application zone={data.organisation.time_zone} />;
  return (
    <Suspense fallback={<Waiting />}>
      {data.state === "set_up" ? <SetUp /> : <SignIn demo={data.demo} />}
    </Suspense>
  );
}
