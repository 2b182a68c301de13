// One message opened: the request and the answer as they went over the wire, indented.
import { SimpleGrid, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api/types";
import { payload } from "@/lib/json";
import { Json } from "@/ui/Json";

export function Frames({ message }: { message: Message }) {
  const { t } = useTranslation();
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm" p="sm" bg="var(--fc-page)">
      <div>
        <Text size="sm" fw={550} mb={4}>
          {t(message.direction === "received" ? "message.itSaid" : "message.weSaid")}{" "}
          <span className="quiet">
            {t("message.id")} {message.message_id}
          </span>
        </Text>
        <Json text={payload(message.request)} copy={message.request} copyLabel={t("message.copyFrame")} />
      </div>
      <div>
        <Text size="sm" fw={550} mb={4}>
          {t(message.direction === "received" ? "message.weAnswered" : "message.itAnswered")}
        </Text>
        {message.response === null ? (
          <Text c="dimmed">{t(`message.outcomes.${message.outcome}`)}</Text>
        ) : (
          <Json text={payload(message.response)} copy={message.response} copyLabel={t("message.copyFrame")} />
        )}
      </div>
    </SimpleGrid>
  );
}
