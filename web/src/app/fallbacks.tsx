// What is shown while a page comes, when it breaks and when it does not exist.
import { Skeleton, Stack } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/ui/EmptyState";
import { Failure } from "@/ui/Failure";
import { RouteButton } from "@/ui/Links";

export function PageWaiting() {
  return (
    <Stack gap="md" aria-busy="true">
      <Skeleton height={28} width={220} />
      <Skeleton height={120} />
      <Skeleton height={240} />
    </Stack>
  );
}

export function PageFailed({ error, reset }: { error: unknown; reset: () => void }) {
  return <Failure error={error} retry={reset} />;
}

export function NotFound() {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={IconMapOff}
      title={t("notFound.title")}
      text={t("notFound.text")}
      action={<RouteButton to="/">{t("notFound.home")}</RouteButton>}
    />
  );
}
