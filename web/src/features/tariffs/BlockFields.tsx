// Times of day, weekdays and seasons in which a tariff has other prices than usual.
import { ActionIcon, Button, Chip, Fieldset, Group, Stack, Text, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { WEEKDAYS, weekdayName } from "@/lib/weekdays";
import { useLocale } from "@/ui/Values";
import { NO_BLOCK } from "./simple";
import type { TariffValues } from "./TariffForm";

export function BlockFields({ form }: { form: UseFormReturnType<TariffValues> }) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <Fieldset legend={t("tariff.blocks")} p="sm">
      <Text size="sm" c="dimmed" mb="xs">
        {t("tariff.blocksHelp")}
      </Text>
      <Stack gap="md">
        {form.values.simple.blocks.map((block, index) => {
          const at = (name: string) => `simple.blocks.${index}.${name}`;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a block is nothing but its place in the list
            <Stack key={index} gap="xs" role="group" aria-label={t("tariff.block", { number: index + 1 })}>
              <Group gap="xs" align="flex-start" grow preventGrowOverflow={false}>
                <TextInput
                  label={t("tariff.from")}
                  placeholder="00:00"
                  w={100}
                  {...form.getInputProps(at("from"))}
                />
                <TextInput
                  label={t("tariff.to")}
                  placeholder="24:00"
                  w={100}
                  {...form.getInputProps(at("to"))}
                />
                <TextInput
                  label={t("tariff.energy")}
                  placeholder={t("tariff.asUsual")}
                  inputMode="decimal"
                  {...form.getInputProps(at("energy"))}
                />
                <TextInput
                  label={t("tariff.minute")}
                  placeholder={t("tariff.asUsual")}
                  inputMode="decimal"
                  {...form.getInputProps(at("minute"))}
                />
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="lg"
                  mt={26}
                  style={{ flexGrow: 0 }}
                  aria-label={t("tariff.removeBlock", { number: index + 1 })}
                  onClick={() => form.removeListItem("simple.blocks", index)}
                >
                  <IconTrash size={16} />
                </ActionIcon>
              </Group>
              <Chip.Group
                multiple
                value={block.weekdays}
                onChange={(days) => form.setFieldValue(at("weekdays"), days as never)}
              >
                <Group gap={6} role="group" aria-label={t("tariff.weekdays")}>
                  {WEEKDAYS.map((day) => (
                    <Chip key={day} value={day} size="xs" radius="sm">
                      {weekdayName(day, locale, "short")}
                    </Chip>
                  ))}
                </Group>
              </Chip.Group>
              <Group gap="xs" grow>
                <TextInput
                  type="date"
                  label={t("tariff.startDate")}
                  {...form.getInputProps(at("start_date"))}
                />
                <TextInput type="date" label={t("tariff.endDate")} {...form.getInputProps(at("end_date"))} />
              </Group>
            </Stack>
          );
        })}
        <Group>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => form.insertListItem("simple.blocks", NO_BLOCK)}
          >
            {t("tariff.addBlock")}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}
