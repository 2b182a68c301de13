// Decides between sign-in, first set-up and the application. The address stays, so one lands where one wanted to go.
import { Center, Loader } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { type ComponentType, lazy, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import { openLive } from "@/api/live";
import { loginOptions } from "@/api/login";
import { withTexts } from "@/locales/texts";
import { rememberSlug } from "@/ui/brand";
import { Failure } from "@/ui/Failure";
import { ZoneProvider } from "@/ui/zone";
import { PageWaiting } from "./fallbacks";
import { openScreens } from "./screen";
import { useOwnBrand } from "./useOwnBrand";

// Who is signed out needs no navigation.
const Shell = lazy(() => withTexts(import("./shell/Shell")).then((found) => ({ default: found.Shell })));
const SignIn = lazy(() => import("@/features/login/SignIn").then((found) => ({ default: found.SignIn })));
const AccountPage = lazy(() =>
  import("./pages/AccountPage").then((found) => ({ default: found.AccountPage })),
);
const SecondFactorStep = lazy(() =>
  import("@/features/login/SecondFactorStep").then((found) => ({ default: found.SecondFactorStep })),
);
const Join = lazy(() =>
  withTexts(import("@/features/login/Join")).then((found) => ({ default: found.Join })),
);
const ForgotPassword = lazy(() =>
  import("@/features/login/Password").then((found) => ({ default: found.ForgotPassword })),
);
const NewPassword = lazy(() =>
  import("@/features/login/Password").then((found) => ({ default: found.NewPassword })),
);
const Paid = lazy(() =>
  withTexts(import("@/features/payments/Paid")).then((found) => ({ default: found.Paid })),
);
const Redeem = lazy(() =>
  withTexts(import("@/features/login/Redeem")).then((found) => ({ default: found.Redeem })),
);
const SetUp = lazy(() =>
  withTexts(import("@/features/login/SetUp")).then((found) => ({ default: found.SetUp })),
);

function Waiting() {
  const { t } = useTranslation();
  return (
    <Center mih="100vh">
      <Loader aria-label={t("table.loading")} />
    </Center>
  );
}

function Workplace({ zone, locked }: { zone: string; locked: boolean }) {
  const client = useQueryClient();
  useEffect(() => openLive(client), [client]);
  useOwnBrand();
  return (
    <ZoneProvider zone={zone}>
      <Suspense fallback={<Waiting />}>
        <Shell>
          <Suspense fallback={<PageWaiting />}>{locked ? <AccountPage /> : <Outlet />}</Suspense>
        </Shell>
      </Suspense>
    </ZoneProvider>
  );
}

/** Screens that letters lead to, for whoever opens them. */
const DOORS: Record<string, ComponentType> = {
  "/join": Join,
  "/redeem": Redeem,
  "/paid": Paid,
  "/forgot-password": ForgotPassword,
  "/new-password": NewPassword,
};

/** `/at/fjord` is the login page of the organisation that chose this word; this browser stays at home there. */
function useSlugOf(path: string): void {
  const slug = /^\/at\/([a-z0-9-]+)\/?$/.exec(path)?.[1];
  const navigate = useNavigate();
  if (slug) rememberSlug(slug);
  useEffect(() => {
    if (slug) void navigate({ to: "/", replace: true });
  }, [slug, navigate]);
}

export function Root() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  useSlugOf(path);
  const Door = DOORS[path];
  return Door ? (
    <Suspense fallback={<Waiting />}>
      <Door />
    </Suspense>
  ) : (
    <Application />
  );
}

function Application() {
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
  if (data.state === "signed_in") {
    openScreens();
    const { organisation, operator } = data;
    return (
      <Workplace
        zone={operator.time_zone ?? organisation.time_zone}
        locked={operator.second_factor_missing}
      />
    );
  }
  return (
    <Suspense fallback={<Waiting />}>
      {data.state === "set_up" && <SetUp />}
      {data.state === "second_factor" && <SecondFactorStep />}
      {data.state === "signed_out" && <SignIn demo={data.demo} />}
    </Suspense>
  );
}
