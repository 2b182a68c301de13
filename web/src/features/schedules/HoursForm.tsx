// Charging hours of a site, a charger or an EVSE: windows, what holds between them, and how the week looks.
import { Select, SimpleGrid, Switch, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import type { ChargingHours, Page, Site, Station } from "@/api/types";
import { FormDialog } from "@/ui/FormDialog";
import { useScheduleWrites } from "./queries";
import { WeekPicture } from "./WeekPicture";
import { LimitFields, WindowRows } from "./WindowRows";
import { amountOf, contentOf, type Kind, kindOf, type Row, rowsOf } from "./week";

/** Sites and chargers offered at once. */
const MOST = 500;

interface Values extends Record<string, unknown> {
  site_id: string;
  station_id: string | null;
  evse: string | null;
  enabled: boolean;
  rows: Row[];
  otherwise: { kind: Kind; amount: number | string };
}

interface HoursFormProps {
  old: ChargingHours | null;
  /** Where it is opened for one charger. */
  station?: Station;
  onClose: () => void;
}

const START: Row = {
  key: 0,
  days: ["1", "2", "3", "4", "5"],
  from: "16:00",
  to: "20:00",
  kind: "none",
  amount: "",
};

export function HoursForm({ old, station, onClose }: HoursFormProps) {
  const { t } = useTranslation();
  const { addHours, changeHours } = useScheduleWrites();
  const form = useForm<Values>({
    initialValues: {
      site_id: old?.site_id ?? station?.site_id ?? "",
      station_id: old?.station_id ?? station?.id ?? null,
      evse: old?.evse ? String(old.evse) : null,
      enabled: old?.enabled ?? true,
      rows: old ? rowsOf(old.content) : [START],
      otherwise: { kind: kindOf(old?.content.otherwise), amount: amountOf(old?.content.otherwise) },
    },
    validate: { site_id: (value) => (value ? null : t("form.required")) },
  });
  const { values } = form;
  const { data: sites } = useQuery({
    queryKey: [...keys.sites, "hours-choices"],
    queryFn: ({ signal }) => http.get<Page<Site>>("/sites", { limit: MOST }, signal),
    select: (page) => page.items,
  });
  const { data: stations } = useQuery({
    queryKey: [...keys.stationLists, "hours-choices", values.site_id],
    queryFn: ({ signal }) =>
      http.get<Page<Station>>("/stations", { site_id: values.site_id, limit: MOST }, signal),
    select: (page) => page.items,
    enabled: values.site_id !== "",
  });
  const chosen = (stations ?? []).find((each) => each.id === values.station_id) ?? station;
  const evses = (chosen?.evses ?? []).map((each) => each.evse);
  const content = contentOf(values.rows, values.otherwise);
  return (
    <FormDialog
      title={old ? t("schedule.editHours") : t("schedule.addHours")}
      opened
      onClose={onClose}
      form={form}
      size="lg"
      submitLabel={t("form.save")}
      onSubmit={async (sent) => {
        const next = contentOf(sent.rows, sent.otherwise);
        if (old) return changeHours(old.id, sent.enabled, next);
        return addHours({
          site_id: sent.site_id,
          station_id: sent.station_id,
          evse: sent.evse ? Number(sent.evse) : null,
          enabled: sent.enabled,
          content: next,
        });
      }}
    >
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="xs">
        <Select
          label={t("schedule.site")}
          required
          searchable
          allowDeselect={false}
          disabled={old !== null || station !== undefined}
          data={(sites ?? []).map((site) => ({ value: site.id, label: site.name }))}
          {...form.getInputProps("site_id")}
          onChange={(site) => form.setValues({ site_id: site ?? "", station_id: null, evse: null })}
        />
        <Select
          label={t("schedule.charger")}
          searchable
          clearable
          disabled={old !== null || station !== undefined}
          placeholder={t("schedule.everyCharger")}
          data={(stations ?? []).map((each) => ({ value: each.id, label: each.identity }))}
          {...form.getInputProps("station_id")}
          onChange={(id) => form.setValues({ station_id: id, evse: null })}
        />
        <Select
          label={t("schedule.evse")}
          clearable
          disabled={old !== null || values.station_id === null}
          placeholder={t("schedule.everyEvse")}
          data={evses.map((each) => ({ value: String(each), label: String(each) }))}
          {...form.getInputProps("evse")}
        />
      </SimpleGrid>
      <WindowRows rows={values.rows} onChange={(rows) => form.setFieldValue("rows", rows)} />
      <LimitFields
        label={t("schedule.otherwise")}
        kind={values.otherwise.kind}
        amount={values.otherwise.amount}
        onChange={(next) => form.setFieldValue("otherwise", next)}
      />
      <WeekPicture content={content} />
      <Text size="sm" c="dimmed">
        {t("schedule.byTheClock")}
      </Text>
      <Switch label={t("schedule.enabled")} {...form.getInputProps("enabled", { type: "checkbox" })} />
    </FormDialog>
  );
}
