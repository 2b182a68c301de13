// A day, the slots of it that are free, and how many in a row: the heart of making and moving a booking.
import { Alert, Button, Group, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { BookingSlot } from "@/api/types";
import { Failure } from "@/ui/Failure";
import { useLocale } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { clock } from "./clock";
import { bookingRulesOptions, slotsOptions } from "./queries";

/** Slots of a day drawn at most; a day of ten minutes each has 144. */
const SHOWN = 144;

export interface SlotChoice {
  from: string | null;
  slots: number;
}

interface SlotPickerProps {
  site: string;
  zone: string;
  day: string;
  onDay: (day: string) => void;
  value: SlotChoice;
  onChange: (value: SlotChoice) => void;
  error?: string | undefined;
}

function Slots({
  found,
  zone,
  value,
  onChange,
}: { found: BookingSlot[] } & Pick<SlotPickerProps, "zone" | "value" | "onChange">) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = Date.now();
  const left = found.filter((slot) => new Date(slot.to).getTime() > now).slice(0, SHOWN);
  if (left.length === 0) {
    return (
      <Alert color="gray" variant="light">
        {t("booking.noSlots")}
      </Alert>
    );
  }
  return (
    <SimpleGrid cols={{ base: 3, xs: 4 }} spacing={6} role="group" aria-label={t("booking.slot")}>
      {left.map((slot) => {
        const from = clock(slot.from, zone, locale);
        const label = t("booking.slotName", { from, to: clock(slot.to, zone, locale), count: slot.free });
        return (
          <Button
            key={slot.from}
            size="compact-sm"
            variant={value.from === slot.from ? "filled" : "default"}
            aria-pressed={value.from === slot.from}
            aria-label={label}
            title={label}
            disabled={slot.free === 0 && value.from !== slot.from}
            onClick={() => onChange({ ...value, from: slot.from })}
          >
            <span className="tabular">{from}</span>
          </Button>
        );
      })}
    </SimpleGrid>
  );
}

export function SlotPicker({ site, zone, day, onDay, value, onChange, error }: SlotPickerProps) {
  const { t } = useTranslation();
  const { data: rules } = useQuery(bookingRulesOptions(site));
  const { data: found, error: failed, refetch } = useQuery(slotsOptions(site, day, 1));
  const most = rules?.rules.slots_max ?? 1;
  const counts = Array.from({ length: most }, (_, at) => String(at + 1));
  return (
    <Stack gap="sm">
      <Group gap="xs" grow align="flex-start">
        <TextInput
          type="date"
          label={t("booking.day")}
          value={day}
          onChange={(event) => {
            onDay(event.currentTarget.value);
            onChange({ ...value, from: null });
          }}
        />
        <Select
          label={t("booking.slots")}
          data={counts.map((each) => ({
            value: each,
            label: t("booking.slotCount", { count: Number(each) }),
          }))}
          value={String(value.slots)}
          onChange={(next) => onChange({ ...value, slots: Number(next ?? 1) })}
          allowDeselect={false}
        />
      </Group>
      <Text size="sm" c="dimmed">
        {t("booking.zone", { zone })}
      </Text>
      {failed ? (
        <Failure error={failed} retry={() => void refetch()} />
      ) : found ? (
        <Slots found={found} zone={zone} value={value} onChange={onChange} />
      ) : (
        <Waiting />
      )}
      {error && (
        <Text size="sm" c="red" role="alert">
          {error}
        </Text>
      )}
    </Stack>
  );
}
