// One booking with its story, and what can be done with it.
import { Button, Drawer, Group, Stack, Text, Timeline, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { BookingStory } from "@/api/types";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { RouteLink } from "@/ui/Links";
import { Absent, Money, Outside, Timestamp } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { ZoneProvider } from "@/ui/zone";
import { CancelBooking, MoveBooking } from "./BookingForm";
import { BookingPlace, BookingState, BookingTime } from "./BookingState";
import { bookingOptions } from "./queries";

/** Steps whose detail is a session. */
const OF_SESSION = ["warned", "cleared", "carried"];

function Story({ booking }: { booking: BookingStory }) {
  const { t } = useTranslation();
  return (
    <Timeline bulletSize={12} lineWidth={2} active={booking.steps.length}>
      {booking.steps.map((step) => (
        <Timeline.Item
          key={`${step.at} ${step.step}`}
          title={t(`booking.steps.${step.step}`, { defaultValue: step.step })}
        >
          <Text size="sm" c="dimmed" component="div">
            <Timestamp at={step.at} seconds /> ·{" "}
            {step.done_by ? <Outside text={step.done_by} /> : t("booking.itself")}
          </Text>
          {step.detail && OF_SESSION.includes(step.step) && (
            <RouteLink to="/sessions/$id" params={{ id: step.detail }}>
              {t("booking.session")}
            </RouteLink>
          )}
          {step.detail && step.step === "station" && (
            <Text size="sm">{t(`booking.stationWords.${step.detail}`, { defaultValue: step.detail })}</Text>
          )}
          {step.detail && step.step === "cancelled" && (
            <Text size="sm">
              <Outside text={step.detail} />
            </Text>
          )}
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

function Content({ id }: { id: string }) {
  const { t } = useTranslation();
  const may = useMay("sessions");
  const seesDrivers = useMay("drivers_read");
  const [doing, setDoing] = useState<"move" | "cancel" | null>(null);
  const { data: booking, error, refetch } = useQuery(bookingOptions(id));
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!booking) return <Waiting />;
  const name = booking.driver_name || t("booking.erased");
  return (
    <ZoneProvider zone={booking.site_time_zone}>
      <Stack gap="md">
        <Group gap="xs">
          <BookingState state={booking.state} />
          <Text size="sm" c="dimmed">
            {t(`booking.askedBy.${booking.asked_by}`, { defaultValue: booking.asked_by })}
          </Text>
        </Group>
        <Facts
          rows={[
            [t("booking.when"), <BookingTime key="w" booking={booking} />],
            [
              t("booking.driver"),
              seesDrivers && booking.driver_name ? (
                <RouteLink key="d" to="/drivers/$id" params={{ id: booking.driver_id }}>
                  <Outside text={name} />
                </RouteLink>
              ) : (
                <Outside key="d" text={name} />
              ),
            ],
            [t("booking.site"), <Outside key="s" text={booking.site_name} />],
            [t("booking.charger"), <BookingPlace key="c" booking={booking} />],
            [
              t("booking.told"),
              booking.revealed_at ? <Timestamp key="r" at={booking.revealed_at} /> : t("booking.notTold"),
            ],
            [t("booking.fee"), booking.fee ? <Money key="f" cost={booking.fee} /> : t("booking.noFee")],
            [
              t("booking.givesUp"),
              booking.gives_up_at ? <Timestamp key="g" at={booking.gives_up_at} /> : <Absent key="g" />,
            ],
            [t("booking.note"), <Outside key="n" text={booking.note} />],
          ]}
        />
        {booking.session_ids.length > 0 && (
          <Group gap="xs">
            {booking.session_ids.map((session) => (
              <RouteLink key={session} to="/sessions/$id" params={{ id: session }}>
                {t("booking.session")}
              </RouteLink>
            ))}
          </Group>
        )}
        {may && booking.state === "booked" && (
          <Group gap="xs">
            <Button variant="default" onClick={() => setDoing("move")}>
              {t("booking.move")}
            </Button>
            <Button variant="light" color="red" onClick={() => setDoing("cancel")}>
              {t("booking.cancel")}
            </Button>
          </Group>
        )}
        <Title order={3} size="h4">
          {t("booking.story")}
        </Title>
        <Story booking={booking} />
        {doing === "move" && <MoveBooking booking={booking} onClose={() => setDoing(null)} />}
        {doing === "cancel" && <CancelBooking booking={booking} onClose={() => setDoing(null)} />}
      </Stack>
    </ZoneProvider>
  );
}

export function BookingDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size="md"
      title={t("booking.one")}
      closeButtonProps={{ "aria-label": t("form.close") }}
    >
      {id && <Content id={id} />}
    </Drawer>
  );
}
