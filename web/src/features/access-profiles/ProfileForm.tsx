// An access profile in four parts, and a preview of all of it before it is saved.
import {
  ActionIcon,
  Button,
  Checkbox,
  Chip,
  Fieldset,
  Group,
  MultiSelect,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  TextInput,
} from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { AccessProfile, AccessProfileRules } from "@/api/types";
import { WEEKDAYS, weekdayName } from "@/lib/weekdays";
import { FormDialog } from "@/ui/FormDialog";
import { useLocale } from "@/ui/Values";
import { PlaceTree } from "./PlaceTree";
import { ProfileWords, usePlacesText } from "./ProfileWords";
import { type Choices, useChoices, useProfileWrites } from "./queries";

interface Values extends Record<string, unknown> {
  name: string;
  active: boolean;
  rules: AccessProfileRules;
}

const EMPTY: AccessProfileRules = {
  places: { everywhere: false, sites: [], stations: [], evses: [] },
  people: { public: false, groups: [], drivers: [] },
  times: [],
  tariff_id: null,
  idle_fee_id: null,
};

const isClock = (text: string) => /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/.test(text);

type Form = UseFormReturnType<Values>;

function Places({ form, choices }: { form: Form; choices: Choices }) {
  const { t } = useTranslation();
  const text = usePlacesText();
  const { places } = form.values.rules;
  return (
    <Fieldset legend={t("accessProfile.places")} p="sm">
      <Stack gap="sm">
        <Switch
          label={t("accessProfile.applyToAll")}
          description={t("accessProfile.applyToAllHelp")}
          {...form.getInputProps("rules.places.everywhere", { type: "checkbox" })}
        />
        {!places.everywhere && (
          <PlaceTree
            places={places}
            onChange={(next) => form.setFieldValue("rules.places", next)}
            sites={choices.sites}
            stations={choices.stations}
          />
        )}
        <Text size="sm" role="status">
          {text(form.values.rules)}
        </Text>
        {typeof form.errors["rules.places"] === "string" && (
          <Text size="sm" c="red" role="alert">
            {form.errors["rules.places"]}
          </Text>
        )}
      </Stack>
    </Fieldset>
  );
}

function Prices({ form, choices }: { form: Form; choices: Choices }) {
  const { t } = useTranslation();
  return (
    <Fieldset legend={t("accessProfile.prices")} p="sm">
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
        <Select
          label={t("tariff.one")}
          data={choices.tariffs.map((each) => ({ value: each.id, label: `${each.name} (${each.currency})` }))}
          clearable
          searchable
          placeholder={t("accessProfile.placeTariff")}
          {...form.getInputProps("rules.tariff_id")}
        />
        <Select
          label={t("idleFee.one")}
          data={choices.fees.map((each) => ({ value: each.id, label: each.name }))}
          clearable
          searchable
          placeholder={t("accessProfile.placeFee")}
          {...form.getInputProps("rules.idle_fee_id")}
        />
      </SimpleGrid>
    </Fieldset>
  );
}

function People({ form, choices }: { form: Form; choices: Choices }) {
  const { t } = useTranslation();
  return (
    <Fieldset legend={t("accessProfile.people")} p="sm">
      <Stack gap="sm">
        <Checkbox
          label={t("accessProfile.public")}
          description={t("accessProfile.publicHelp")}
          {...form.getInputProps("rules.people.public", { type: "checkbox" })}
        />
        <MultiSelect
          label={t("accessProfile.groups")}
          data={choices.groups.map((each) => ({ value: each.id, label: each.name }))}
          searchable
          {...form.getInputProps("rules.people.groups")}
        />
        <MultiSelect
          label={t("accessProfile.drivers")}
          data={choices.drivers.map((each) => ({ value: each.id, label: each.name }))}
          searchable
          limit={60}
          {...form.getInputProps("rules.people.drivers")}
        />
        {typeof form.errors["rules.people"] === "string" && (
          <Text size="sm" c="red" role="alert">
            {form.errors["rules.people"]}
          </Text>
        )}
      </Stack>
    </Fieldset>
  );
}

function Times({ form }: { form: Form }) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <Fieldset legend={t("accessProfile.times")} p="sm">
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t("accessProfile.timesHelp")}
        </Text>
        {form.values.rules.times.map((window, index) => {
          const at = `rules.times.${index}`;
          return (
            <Stack
              // biome-ignore lint/suspicious/noArrayIndexKey: a window is nothing but its place in the list
              key={index}
              gap={6}
              role="group"
              aria-label={t("accessProfile.window", { number: index + 1 })}
            >
              <Group gap="xs" align="flex-end">
                <TextInput label={t("tariff.from")} w={100} {...form.getInputProps(`${at}.from`)} />
                <TextInput label={t("tariff.to")} w={100} {...form.getInputProps(`${at}.to`)} />
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="lg"
                  aria-label={t("accessProfile.removeWindow", { number: index + 1 })}
                  onClick={() => form.removeListItem("rules.times", index)}
                >
                  <IconTrash size={16} />
                </ActionIcon>
              </Group>
              <Chip.Group
                multiple
                value={window.weekdays ?? []}
                onChange={(days) => form.setFieldValue(`${at}.weekdays`, days as never)}
              >
                <Group gap={6} role="group" aria-label={t("tariff.weekdays")}>
                  {WEEKDAYS.map((day) => (
                    <Chip key={day} value={day} size="xs" radius="sm">
                      {weekdayName(day, locale, "short")}
                    </Chip>
                  ))}
                </Group>
              </Chip.Group>
            </Stack>
          );
        })}
        <Group>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => form.insertListItem("rules.times", { weekdays: [], from: "07:00", to: "19:00" })}
          >
            {t("accessProfile.addWindow")}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}

export function ProfileForm({ old, onClose }: { old: AccessProfile | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { save } = useProfileWrites();
  const choices = useChoices(useMay("drivers_read"));
  const [preview, setPreview] = useState(false);
  const clock = (value: string) => (isClock(value) ? null : t("tariff.clockError"));
  const form = useForm<Values>({
    initialValues: {
      name: old?.name ?? "",
      active: old?.active ?? true,
      rules: { ...EMPTY, ...old?.rules },
    },
    validate: {
      name: (value) => (value.trim() ? null : t("form.required")),
      rules: {
        places: ({ everywhere, sites, stations, evses }) =>
          everywhere || sites.length + stations.length + evses.length > 0
            ? null
            : t("accessProfile.needPlace"),
        people: ({ public: all, groups, drivers }) =>
          all || groups.length + drivers.length > 0 ? null : t("accessProfile.needPeople"),
        times: { from: clock, to: clock },
      },
    },
  });
  return (
    <FormDialog
      title={old ? t("accessProfile.edit") : t("accessProfile.add")}
      opened
      onClose={onClose}
      form={form}
      size="xl"
      submitLabel={preview ? t("form.save") : t("accessProfile.preview")}
      onSubmit={async (values) => {
        if (!preview) {
          setPreview(true);
          return "stay";
        }
        await save({ ...values, name: values.name.trim() }, old);
        return undefined;
      }}
    >
      {preview ? (
        <Stack gap="sm">
          <Text fw={600}>{form.values.name}</Text>
          <ProfileWords rules={form.values.rules} choices={choices} />
          <Text size="sm" c="dimmed">
            {form.values.active ? t("accessProfile.previewActive") : t("accessProfile.previewInactive")}
          </Text>
          <Group>
            <Button variant="default" size="xs" onClick={() => setPreview(false)}>
              {t("accessProfile.back")}
            </Button>
          </Group>
        </Stack>
      ) : (
        <>
          <Group align="flex-start" grow>
            <TextInput
              label={t("accessProfile.name")}
              description={t("accessProfile.nameHelp")}
              required
              data-autofocus
              {...form.getInputProps("name")}
            />
          </Group>
          <Switch
            label={t("accessProfile.active")}
            description={t("accessProfile.activeHelp")}
            {...form.getInputProps("active", { type: "checkbox" })}
          />
          <Places form={form} choices={choices} />
          <Prices form={form} choices={choices} />
          <People form={form} choices={choices} />
          <Times form={form} />
        </>
      )}
    </FormDialog>
  );
}
