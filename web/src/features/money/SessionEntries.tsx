// What a session did to the books: each entry leads to the accounts it moved.
import { Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useLogin, useMay } from "@/api/login";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { Money, Timestamp } from "@/ui/Values";
import { entriesOfSession } from "./queries";

export function SessionEntries({ session }: { session: string }) {
  const { t } = useTranslation();
  const { operator } = useLogin();
  const sees = useMay("revenue") && operator.sites === null;
  const { data } = useQuery({ ...entriesOfSession(session), enabled: sees });
  if (!data || data.items.length === 0) return null;
  return (
    <Panel title={t("money.booked")}>
      <Stack gap="xs">
        {data.items.map((entry) => (
          <Group key={entry.id} justify="space-between" wrap="nowrap">
            <div>
              <RouteLink to="/revenue" search={{ entry: entry.id }}>
                {t(`money.kind.${entry.kind}`, { defaultValue: entry.kind })}
              </RouteLink>
              <Text size="sm" c="dimmed">
                <Timestamp at={entry.at} />
              </Text>
            </div>
            <Money cost={entry.total} />
          </Group>
        ))}
      </Stack>
    </Panel>
  );
}
