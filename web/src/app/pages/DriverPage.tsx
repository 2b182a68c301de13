// One driver: what is kept, the charge keys, the sessions, what was used.
import { Button, Group, Stack, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLogin, useMay } from "@/api/login";
import { DriverBookings } from "@/features/bookings/DriverBookings";
import { KeyList } from "@/features/charge-keys/KeyList";
import { DriverActions, DriverOverview } from "@/features/drivers/DriverOverview";
import { DriverStatus } from "@/features/drivers/DriverStatus";
import { DriverUsage } from "@/features/drivers/DriverUsage";
import { driverOptions } from "@/features/drivers/queries";
import { DriverHome } from "@/features/home/DriverHome";
import { DriverWallet } from "@/features/money/DriverWallet";
import { DriverCards } from "@/features/payments/DriverCards";
import { Payments } from "@/features/payments/Payments";
import { HolderSessions } from "@/features/sessions/HolderSessions";
import { Subscribe } from "@/features/subscriptions/Subscribe";
import { SubscriptionTable } from "@/features/subscriptions/SubscriptionTable";
import { useUrlState } from "@/lib/urlState";
import { Failure } from "@/ui/Failure";
import { RouteLink } from "@/ui/Links";
import { Page } from "@/ui/Page";
import { PageWaiting } from "../fallbacks";

export function DriverPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: "/drivers/$id" });
  const [url, set] = useUrlState();
  const seesKeys = useMay("tokens_read");
  const mayEdit = useMay("drivers");
  const seesSessions = useMay("sessions_read");
  const maySeeMoney = useMay("revenue");
  const { operator } = useLogin();
  const { data, error, refetch } = useQuery(driverOptions(id));
  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <PageWaiting />;
  const seesMoney = operator.sites === null && maySeeMoney;
  const tabs = [
    "overview",
    "keys",
    "sessions",
    "bookings",
    "usage",
    "subscriptions",
    "wallet",
    "payments",
  ].filter(
    (each) =>
      (each !== "keys" || seesKeys) &&
      ((each !== "sessions" && each !== "bookings") || seesSessions) &&
      ((each !== "wallet" && each !== "payments") || seesMoney),
  );
  const tab = tabs.find((each) => each === url.tab) ?? "overview";
  return (
    <Page
      above={<RouteLink to="/drivers">{t("driver.title")}</RouteLink>}
      title={data.name}
      aside={<DriverStatus status={data.status} />}
      lead={data.email ?? data.number}
      actions={<DriverActions driver={data} />}
    >
      <Tabs
        value={tab}
        onChange={(next) => set({ tab: next === "overview" ? undefined : (next ?? undefined) })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {tabs.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(`driver.tabs.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="overview">
          <Stack gap="md">
            <DriverOverview driver={data} />
            <DriverHome driver={id} />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          <KeyList key={id} holder={{ driver: { id, name: data.name } }} />
        </Tabs.Panel>
        <Tabs.Panel value="sessions">
          <HolderSessions driver_id={id} />
        </Tabs.Panel>
        <Tabs.Panel value="subscriptions">
          <Stack gap="sm">
            {mayEdit && (
              <Group justify="flex-end">
                <Button onClick={() => set({ subscribe: "1" })}>{t("subscription.add")}</Button>
              </Group>
            )}
            <SubscriptionTable of={{ driver_id: id }} />
          </Stack>
          {url.subscribe === "1" && (
            <Subscribe driver={{ id, name: data.name }} onClose={() => set({ subscribe: undefined })} />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="bookings">
          <DriverBookings driver={{ id, name: data.name }} />
        </Tabs.Panel>
        <Tabs.Panel value="usage">
          <DriverUsage id={id} />
        </Tabs.Panel>
        <Tabs.Panel value="wallet">
          <DriverWallet driver={id} />
        </Tabs.Panel>
        <Tabs.Panel value="payments">
          <Stack gap="md">
            <DriverCards driver={id} />
            <Payments driver={id} />
          </Stack>
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
