// How a session was paid; nothing where no card was involved.
import { Group, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useLogin, useMay } from "@/api/login";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { Money, Outside } from "@/ui/Values";
import { PaymentStory } from "./PaymentState";
import { paymentsOfSession } from "./queries";

export function SessionPayments({ session }: { session: string }) {
  const { t } = useTranslation();
  const { operator } = useLogin();
  const sees = useMay("revenue") && operator.sites === null;
  const { data } = useQuery({ ...paymentsOfSession(session), enabled: sees });
  if (!data || data.items.length === 0) return null;
  return (
    <Panel title={t("payment.title")}>
      <Stack gap="xs">
        {data.items.map((payment) => (
          <Group key={payment.id} justify="space-between" align="flex-start" wrap="nowrap">
            <div>
              <RouteLink to="/revenue" search={{ tab: "payments", payment: payment.id }}>
                <Outside text={payment.card || t(`payment.kind.${payment.kind}`)} />
              </RouteLink>
              <PaymentStory payment={payment} />
            </div>
            <Money cost={payment.state === "paid" ? payment.taken : payment.total} />
          </Group>
        ))}
      </Stack>
    </Panel>
  );
}
