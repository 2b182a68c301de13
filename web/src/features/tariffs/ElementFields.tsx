// Every condition that a price can have: the parts of a tariff in the order in which they are looked up.
import {
  ActionIcon,
  Button,
  Chip,
  Fieldset,
  Group,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { WEEKDAYS, weekdayName } from "@/lib/weekdays";
import { useLocale } from "@/ui/Values";
import { DIMENSIONS, LIMITS, newComponent, newElement } from "./elements";
import type { TariffValues } from "./TariffForm";

type Form = UseFormReturnType<TariffValues>;

function Components({ form, at }: { form: Form; at: number }) {
  const { t } = useTranslation();
  const path = `elements.${at}.components`;
  const components = form.values.elements[at]?.components ?? [];
  return (
    <Stack gap="xs">
      {components.map((_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a price is nothing but its place in the list
        <Group key={index} gap="xs" align="flex-end" wrap="wrap">
          <Select
            label={t("tariff.dimension")}
            data={DIMENSIONS.map((value) => ({ value, label: t(`tariff.dimensions.${value}`) }))}
            allowDeselect={false}
            style={{ flex: "2 1 180px" }}
            {...form.getInputProps(`${path}.${index}.dimension`)}
          />
          <TextInput
            label={t("tariff.price")}
            inputMode="decimal"
            style={{ flex: "1 1 80px" }}
            {...form.getInputProps(`${path}.${index}.price`)}
          />
          <TextInput
            label={t("tariff.vat")}
            inputMode="decimal"
            style={{ flex: "1 1 70px" }}
            {...form.getInputProps(`${path}.${index}.vat`)}
          />
          <TextInput
            label={t("tariff.step")}
            inputMode="numeric"
            style={{ flex: "1 1 70px" }}
            {...form.getInputProps(`${path}.${index}.step`)}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t("tariff.removePrice")}
            disabled={components.length === 1}
            onClick={() => form.removeListItem(path, index)}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Group>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => form.insertListItem(path, newComponent(form.values.simple.vat))}
        >
          {t("tariff.addPrice")}
        </Button>
      </Group>
    </Stack>
  );
}

function Conditions({ form, at }: { form: Form; at: number }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const path = `elements.${at}`;
  const field = (name: string, label: string, more: object = {}) => (
    <TextInput key={name} label={label} {...more} {...form.getInputProps(`${path}.${name}`)} />
  );
  return (
    <Stack gap="xs">
      <Chip.Group
        multiple
        value={form.values.elements[at]?.weekdays ?? []}
        onChange={(days) => form.setFieldValue(`${path}.weekdays`, days as never)}
      >
        <Group gap={6} role="group" aria-label={t("tariff.weekdays")}>
          {WEEKDAYS.map((day) => (
            <Chip key={day} value={day} size="xs" radius="sm">
              {weekdayName(day, locale, "short")}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="xs">
        {field("start_time", t("tariff.from"), { placeholder: "00:00" })}
        {field("end_time", t("tariff.to"), { placeholder: "24:00" })}
        {field("start_date", t("tariff.startDate"), { type: "date" })}
        {field("end_date", t("tariff.endDate"), { type: "date" })}
        {LIMITS.flatMap(([name]) => [
          field(`min.${name}`, t(`tariff.limits.min.${name}`), { inputMode: "decimal" }),
          field(`max.${name}`, t(`tariff.limits.max.${name}`), { inputMode: "decimal" }),
        ])}
      </SimpleGrid>
    </Stack>
  );
}

export function ElementFields({ form }: { form: Form }) {
  const { t } = useTranslation();
  const { elements } = form.values;
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t("tariff.elementsHelp")}
      </Text>
      {elements.map((_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a part is nothing but its place in the list
        <Fieldset key={index} legend={t("tariff.element", { number: index + 1 })} p="sm">
          <Stack gap="sm">
            <Components form={form} at={index} />
            <details open={index < elements.length - 1 ? true : undefined}>
              <summary>{t("tariff.conditions")}</summary>
              <div style={{ marginTop: 8 }}>
                <Conditions form={form} at={index} />
              </div>
            </details>
            <Group gap="xs" justify="flex-end">
              <Button
                size="compact-sm"
                variant="subtle"
                color="gray"
                leftSection={<IconArrowUp size={14} />}
                disabled={index === 0}
                onClick={() => form.reorderListItem("elements", { from: index, to: index - 1 })}
              >
                {t("tariff.moveUp")}
              </Button>
              <Button
                size="compact-sm"
                variant="subtle"
                color="gray"
                leftSection={<IconTrash size={14} />}
                disabled={elements.length === 1}
                onClick={() => form.removeListItem("elements", index)}
              >
                {t("tariff.removeElement")}
              </Button>
            </Group>
          </Stack>
        </Fieldset>
      ))}
      <Group>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => form.insertListItem("elements", newElement(form.values.simple.vat), 0)}
        >
          {t("tariff.addElement")}
        </Button>
      </Group>
    </Stack>
  );
}
