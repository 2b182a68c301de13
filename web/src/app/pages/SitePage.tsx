// One site: its chargers, all that drivers are told of it, and what colleagues keep about it.
import { Box, Image, SimpleGrid, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { SiteBooking } from "@/features/bookings/SiteBooking";
import { SiteChargers } from "@/features/chargers/SiteChargers";
import { DocumentsPanel } from "@/features/documents/DocumentsPanel";
import { NotesPanel } from "@/features/documents/NotesPanel";
import { SiteIdleFee } from "@/features/idle-fees/SiteIdleFee";
import { placeOf } from "@/features/sites/place";
import { siteOptions } from "@/features/sites/queries";
import { SiteDetails } from "@/features/sites/SiteDetails";
import { SiteActions, SiteFigures } from "@/features/sites/SiteHeader";
import { SiteTariff } from "@/features/tariffs/PlaceTariffs";
import { useUrlState } from "@/lib/urlState";
import { Failure } from "@/ui/Failure";
import { RouteLink } from "@/ui/Links";
import { Page } from "@/ui/Page";
import { ToneBadge } from "@/ui/StatusBadge";
import { ZoneProvider } from "@/ui/zone";
import { PageWaiting } from "../fallbacks";

const TABS = ["chargers", "details", "booking", "record"] as const;

export function SitePage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: "/sites/$id" });
  const [url, set] = useUrlState();
  const { data, error, refetch } = useQuery(siteOptions(id));
  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <PageWaiting />;
  const tab = TABS.find((each) => each === url.tab) ?? "chargers";
  return (
    <ZoneProvider zone={data.time_zone}>
      <Page
        above={<RouteLink to="/sites">{t("site.title")}</RouteLink>}
        title={data.name}
        aside={!data.visible && <ToneBadge tone="grey">{t("site.hiddenBadge")}</ToneBadge>}
        lead={placeOf(data)}
        actions={<SiteActions site={data} />}
      >
        <Tabs
          value={tab}
          onChange={(next) => set({ tab: next === "chargers" ? undefined : (next ?? undefined) })}
          keepMounted={false}
        >
          <Tabs.List mb="md">
            {TABS.map((each) => (
              <Tabs.Tab key={each} value={each}>
                {t(`site.tabs.${each}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value="chargers">
            {data.image_url && (
              <Box mb="md">
                <Image
                  src={data.image_url}
                  alt={t("site.imageOf", { site: data.name })}
                  h={160}
                  radius="md"
                  fit="cover"
                />
              </Box>
            )}
            <SiteFigures site={data} />
            <Box mt="md">
              <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
                <SiteTariff site={data} />
                <SiteIdleFee site={data} />
              </SimpleGrid>
            </Box>
            <Box mt="md">
              <SiteChargers key={data.id} siteId={data.id} />
            </Box>
          </Tabs.Panel>
          <Tabs.Panel value="details">
            <SiteDetails key={data.id} site={data} />
          </Tabs.Panel>
          <Tabs.Panel value="booking">
            <SiteBooking key={data.id} site={data} />
          </Tabs.Panel>
          <Tabs.Panel value="record">
            <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
              <NotesPanel of={`/sites/${data.id}`} />
              <DocumentsPanel of={`/sites/${data.id}`} />
            </SimpleGrid>
          </Tabs.Panel>
        </Tabs>
      </Page>
    </ZoneProvider>
  );
}
