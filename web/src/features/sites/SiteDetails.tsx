// Everything about a site that drivers and colleagues are told. One form, saved as a whole.
import {
  Alert,
  Button,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "@/api/http";
import { useMay } from "@/api/login";
import type { OpeningHours, Site, SiteKind, SupportContact } from "@/api/types";
import { currencies, timeZones } from "@/lib/zones";
import { PinMap } from "@/ui/map/PinMap";
import { Panel } from "@/ui/Panel";
import { notifyDone, useProblemText } from "@/ui/problem";
import { HoursEditor } from "./HoursEditor";
import { defaultSupportOptions, useSiteWrites } from "./queries";
import { SiteImage } from "./SiteImage";
import { NO_SUPPORT, SupportFields } from "./SupportFields";

const KINDS: SiteKind[] = ["public", "semi_public", "private"];

interface Values extends Record<string, unknown> {
  name: string;
  kind: string;
  visible: boolean;
  free_charging: boolean;
  address: string;
  postal_code: string;
  city: string;
  country: string;
  latitude: number | string;
  longitude: number | string;
  time_zone: string;
  currency: string;
  opening_hours: OpeningHours | null;
  support: SupportContact;
}

const valuesOf = (site: Site): Values => ({
  name: site.name,
  kind: site.kind,
  visible: site.visible,
  free_charging: site.free_charging,
  address: site.address ?? "",
  postal_code: site.postal_code ?? "",
  city: site.city ?? "",
  country: site.country ?? "",
  latitude: site.latitude ?? "",
  longitude: site.longitude ?? "",
  time_zone: site.time_zone,
  currency: site.currency,
  opening_hours: site.opening_hours,
  support: site.support ?? NO_SUPPORT,
});

const degrees = (value: number | string): number | null => (value === "" ? null : Number(value));

export function SiteDetails({ site }: { site: Site }) {
  const { t } = useTranslation();
  const mayEdit = useMay("network");
  const problemText = useProblemText();
  const { change } = useSiteWrites();
  const { data: otherwise } = useQuery(defaultSupportOptions);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string[]>([]);
  const form = useForm<Values>({
    initialValues: valuesOf(site),
    validateInputOnBlur: true,
    validate: {
      name: (value) => (value.trim() ? null : t("form.required")),
      country: (value) =>
        value === "" || /^[A-Za-z]{2}$/.test(value.trim()) ? null : t("site.countryError"),
    },
  });
  useBlocker({
    shouldBlockFn: ({ current, next }) =>
      form.isDirty() && current.pathname !== next.pathname && !window.confirm(t("form.discard")),
    enableBeforeUnload: () => form.isDirty(),
  });

  const submit = form.onSubmit(async (values) => {
    setBusy(true);
    setFailed([]);
    try {
      const saved = await change(site.id, {
        name: values.name.trim(),
        kind: values.kind as SiteKind,
        visible: values.visible,
        free_charging: values.free_charging,
        address: values.address.trim() || null,
        postal_code: values.postal_code.trim() || null,
        city: values.city.trim() || null,
        country: values.country.trim().toUpperCase() || null,
        latitude: degrees(values.latitude),
        longitude: degrees(values.longitude),
        time_zone: values.time_zone,
        currency: values.currency,
        opening_hours: values.opening_hours,
        support: values.support,
      });
      const now = valuesOf(saved);
      form.setValues(now);
      form.resetDirty(now);
      notifyDone(t("form.saved"));
    } catch (error) {
      const fields = error instanceof Problem ? error.fields : [];
      const known = fields.filter(({ field }) => field.slice(1) in values);
      form.setErrors(Object.fromEntries(known.map(({ field, message }) => [field.slice(1), message])));
      const rest = fields.filter((each) => !known.includes(each));
      const lines = rest.map(({ field, message }) => `${field.slice(1).replaceAll("/", " › ")}: ${message}`);
      setFailed(fields.length > 0 ? lines : [problemText(error)]);
    } finally {
      setBusy(false);
    }
  });

  const { latitude, longitude } = form.values;
  const pin =
    latitude === "" || longitude === "" ? null : { latitude: Number(latitude), longitude: Number(longitude) };
  return (
    <form onSubmit={submit} noValidate>
      <fieldset disabled={!mayEdit} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
        <Stack gap="md">
          <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
            <Panel title={t("site.parts.what")}>
              <Stack gap="sm">
                <TextInput
                  label={t("site.name")}
                  description={t("site.nameHelp")}
                  required
                  {...form.getInputProps("name")}
                />
                <Select
                  label={t("site.kind")}
                  description={t(`site.kindHelp.${form.values.kind}`)}
                  data={KINDS.map((value) => ({ value, label: t(`site.kinds.${value}`) }))}
                  allowDeselect={false}
                  {...form.getInputProps("kind")}
                />
                <Switch
                  label={t("site.visible")}
                  description={t("site.visibleHelp")}
                  {...form.getInputProps("visible", { type: "checkbox" })}
                />
                <Switch
                  label={t("site.free")}
                  description={t("site.freeHelp")}
                  {...form.getInputProps("free_charging", { type: "checkbox" })}
                />
                <Group grow align="flex-start">
                  <Select
                    label={t("site.timeZone")}
                    data={timeZones()}
                    searchable
                    limit={60}
                    allowDeselect={false}
                    {...form.getInputProps("time_zone")}
                  />
                  <Select
                    label={t("site.currency")}
                    data={currencies()}
                    searchable
                    limit={60}
                    allowDeselect={false}
                    {...form.getInputProps("currency")}
                  />
                </Group>
              </Stack>
            </Panel>
            <Panel title={t("site.parts.where")}>
              <Stack gap="sm">
                <TextInput label={t("site.address")} autoComplete="off" {...form.getInputProps("address")} />
                <Group grow align="flex-start">
                  <TextInput
                    label={t("site.postalCode")}
                    autoComplete="off"
                    {...form.getInputProps("postal_code")}
                  />
                  <TextInput label={t("site.city")} autoComplete="off" {...form.getInputProps("city")} />
                  <TextInput
                    label={t("site.country")}
                    placeholder="DE"
                    maxLength={2}
                    autoComplete="off"
                    {...form.getInputProps("country")}
                  />
                </Group>
                <PinMap
                  label={t("map.one", { site: site.name })}
                  at={pin}
                  onMove={(at) => form.setValues({ latitude: at.latitude, longitude: at.longitude })}
                />
                <Group grow align="flex-start">
                  <NumberInput
                    label={t("site.latitude")}
                    min={-90}
                    max={90}
                    decimalScale={6}
                    {...form.getInputProps("latitude")}
                  />
                  <NumberInput
                    label={t("site.longitude")}
                    min={-180}
                    max={180}
                    decimalScale={6}
                    {...form.getInputProps("longitude")}
                  />
                </Group>
              </Stack>
            </Panel>
            <Panel title={t("site.parts.hours")}>
              <HoursEditor
                label={t("site.parts.hours")}
                value={form.values.opening_hours}
                onChange={(value) => form.setFieldValue("opening_hours", value)}
                unknown={t("hours.unknown")}
              />
              <Text size="sm" c="dimmed" mt="xs">
                {t("hours.zone", { zone: form.values.time_zone })}
              </Text>
            </Panel>
            <Panel title={t("site.parts.support")}>
              <Text size="sm" c="dimmed" mb="sm">
                {t("support.text")}
              </Text>
              <SupportFields
                value={form.values.support}
                onChange={(value) => form.setFieldValue("support", value)}
                {...(otherwise ? { otherwise } : {})}
              />
            </Panel>
          </SimpleGrid>
          {failed.length > 0 && (
            <Alert color="red" variant="light" role="alert">
              {failed.map((line) => (
                <div key={line}>{line}</div>
              ))}
            </Alert>
          )}
          {mayEdit && (
            <Group gap="xs">
              <Button type="submit" loading={busy}>
                {t("form.save")}
              </Button>
              {form.isDirty() && (
                <Button variant="default" onClick={() => form.reset()}>
                  {t("site.undo")}
                </Button>
              )}
            </Group>
          )}
          <SiteImage site={site} />
        </Stack>
      </fieldset>
    </form>
  );
}
