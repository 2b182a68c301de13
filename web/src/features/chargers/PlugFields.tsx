// The plugs of a charger in a form: what fits, how much it gives, alternating or direct current.
import { ActionIcon, Button, Fieldset, Group, NumberInput, Select, Stack, Text } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { CONNECTOR_KINDS, NEW_PLUG, type PlugInput, withKind } from "./plugs";

interface PlugFieldsProps {
  plugs: PlugInput[];
  onChange: (plugs: PlugInput[]) => void;
  error?: string | undefined;
}

export function PlugFields({ plugs, onChange, error }: PlugFieldsProps) {
  const { t } = useTranslation();
  const change = (index: number, plug: PlugInput) =>
    onChange(plugs.map((each, at) => (at === index ? plug : each)));
  return (
    <Fieldset legend={t("charger.plugs")}>
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          {t("charger.plugsHelp")}
        </Text>
        {plugs.map((plug, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a plug is known by its number
          <Group key={index} gap="xs" align="flex-end" wrap="nowrap">
            <Select
              label={t("charger.plugNumber", { number: index + 1 })}
              data={CONNECTOR_KINDS.map((value) => ({ value, label: t(`plug.kinds.${value}`) }))}
              value={plug.kind || null}
              placeholder={t("plug.unknown")}
              allowDeselect={false}
              onChange={(kind) => kind && change(index, withKind(plug, kind))}
              style={{ flex: 2 }}
            />
            <NumberInput
              label={t("plug.power")}
              suffix=" kW"
              min={0}
              max={5000}
              decimalScale={1}
              value={plug.power}
              onChange={(power) => change(index, { ...plug, power })}
              style={{ flex: 1 }}
            />
            <Select
              label={t("plug.current")}
              data={[
                { value: "ac", label: "AC" },
                { value: "dc", label: "DC" },
              ]}
              value={plug.current}
              allowDeselect={false}
              onChange={(current) => change(index, { ...plug, current: current === "dc" ? "dc" : "ac" })}
              w={76}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={t("plug.remove", { number: index + 1 })}
              onClick={() => onChange(plugs.filter((_, at) => at !== index))}
            >
              <IconX size={16} />
            </ActionIcon>
          </Group>
        ))}
        {error && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {error}
          </Text>
        )}
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} />}
          style={{ alignSelf: "flex-start" }}
          onClick={() => onChange([...plugs, plugs.at(-1) ?? NEW_PLUG])}
        >
          {t("plug.add")}
        </Button>
      </Stack>
    </Fieldset>
  );
}
