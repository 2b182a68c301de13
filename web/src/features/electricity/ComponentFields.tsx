// The lines of a price profile: what each costs per kilowatt-hour, when, with VAT or not, and what is paid back.
import {
  ActionIcon,
  Button,
  Checkbox,
  Chip,
  Fieldset,
  Group,
  Menu,
  Select,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { WEEKDAYS, weekdayName } from "@/lib/weekdays";
import { useLocale } from "@/ui/Values";
import { blank, KINDS, type ProfileDraft } from "./draft";

type Form = UseFormReturnType<ProfileDraft>;

/** Whole hours, and midnight at the end of the day. */
const hours = (last: number) =>
  Array.from({ length: last + 1 }, (_, hour) => ({
    value: String(hour),
    label: `${String(hour).padStart(2, "0")}:00`,
  }));
const FROM = hours(23);
const UNTIL = hours(24).slice(1);

function useMonths() {
  const locale = useLocale();
  return Array.from({ length: 12 }, (_, month) => ({
    value: String(month + 1),
    label: new Date(Date.UTC(2024, month, 15)).toLocaleDateString(locale, { month: "long", timeZone: "UTC" }),
  }));
}

function When({ form, index }: { form: Form; index: number }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const months = useMonths();
  const at = (name: string) => `components.${index}.${name}`;
  const days = form.values.components[index]?.weekdays ?? [];
  return (
    <Stack gap="xs">
      <Group gap="xs" grow align="flex-start">
        <Select
          label={t("priceProfile.from")}
          placeholder={t("priceProfile.allDay")}
          clearable
          data={FROM}
          {...form.getInputProps(at("from"))}
          value={form.values.components[index]?.from || null}
          onChange={(value) => form.setFieldValue(at("from"), (value ?? "") as never)}
        />
        <Select
          label={t("priceProfile.until")}
          placeholder={t("priceProfile.allDay")}
          clearable
          data={UNTIL}
          {...form.getInputProps(at("until"))}
          value={form.values.components[index]?.until || null}
          onChange={(value) => form.setFieldValue(at("until"), (value ?? "") as never)}
        />
        <Select
          label={t("priceProfile.firstMonth")}
          placeholder={t("priceProfile.allYear")}
          clearable
          data={months}
          {...form.getInputProps(at("first"))}
          value={form.values.components[index]?.first || null}
          onChange={(value) => form.setFieldValue(at("first"), (value ?? "") as never)}
        />
        <Select
          label={t("priceProfile.lastMonth")}
          placeholder={t("priceProfile.allYear")}
          clearable
          data={months}
          {...form.getInputProps(at("last"))}
          value={form.values.components[index]?.last || null}
          onChange={(value) => form.setFieldValue(at("last"), (value ?? "") as never)}
        />
      </Group>
      <Chip.Group
        multiple
        value={days}
        onChange={(next) => form.setFieldValue(at("weekdays"), next as never)}
      >
        <Group gap={6} role="group" aria-label={t("priceProfile.weekdays")}>
          {WEEKDAYS.map((day, number) => (
            <Chip key={day} value={String(number + 1)} size="xs" radius="sm">
              {weekdayName(day, locale, "short")}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </Stack>
  );
}

function Line({ form, index }: { form: Form; index: number }) {
  const { t } = useTranslation();
  const at = (name: string) => `components.${index}.${name}`;
  const line = form.values.components[index];
  const last = form.values.components.length - 1;
  const move = (to: number) => form.reorderListItem("components", { from: index, to });
  return (
    <Fieldset p="sm" legend={t("priceProfile.line", { number: index + 1 })}>
      <Stack gap="xs">
        <Group gap="xs" align="flex-start" wrap="nowrap">
          <TextInput
            label={t("priceProfile.lineName")}
            required
            style={{ flex: 2 }}
            {...form.getInputProps(at("name"))}
          />
          <TextInput
            label={t("priceProfile.amount")}
            required
            inputMode="decimal"
            rightSection={form.values.currency}
            rightSectionWidth={52}
            style={{ flex: 1 }}
            {...form.getInputProps(at("per_kwh"))}
          />
        </Group>
        <Group gap="md" justify="space-between">
          <Group gap="md">
            <Checkbox
              label={t("priceProfile.taxable")}
              disabled={line?.refund ?? false}
              {...form.getInputProps(at("taxable"), { type: "checkbox" })}
            />
            <Checkbox
              label={t("priceProfile.refund")}
              {...form.getInputProps(at("refund"), { type: "checkbox" })}
            />
          </Group>
          <Group gap={4}>
            <ActionIcon
              variant="subtle"
              color="gray"
              disabled={index === 0}
              aria-label={t("priceProfile.up", { number: index + 1 })}
              onClick={() => move(index - 1)}
            >
              <IconArrowUp size={16} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              disabled={index === last}
              aria-label={t("priceProfile.down", { number: index + 1 })}
              onClick={() => move(index + 1)}
            >
              <IconArrowDown size={16} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t("priceProfile.removeLine", { number: index + 1 })}
              onClick={() => form.removeListItem("components", index)}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        </Group>
        <When form={form} index={index} />
      </Stack>
    </Fieldset>
  );
}

export function ComponentFields({ form }: { form: Form }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t("priceProfile.linesHelp")}
      </Text>
      {form.values.components.map((_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is nothing but its place in the list
        <Line key={index} form={form} index={index} />
      ))}
      <Group>
        <Menu position="bottom-start">
          <Menu.Target>
            <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} />}>
              {t("priceProfile.addLine")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {KINDS.map((kind) => (
              <Menu.Item
                key={kind}
                onClick={() =>
                  form.insertListItem(
                    "components",
                    blank(kind === "other" ? "" : t(`priceProfile.kind.${kind}`), kind),
                  )
                }
              >
                {t(`priceProfile.kind.${kind}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </Group>
    </Stack>
  );
}
