// The broker, and the topic of each number.
import { Checkbox, NumberInput, PasswordInput, SimpleGrid, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { LINES, type Measure, type MeterValues, numbersOf, PORTS } from "./values";

interface MqttFieldsProps {
  form: UseFormReturnType<MeterValues>;
  measure: Measure;
  hasPassword: boolean;
}

export function MqttFields({ form, measure, hasPassword }: MqttFieldsProps) {
  const { t } = useTranslation();
  const { mqtt } = form.values;
  const encrypt = (tls: boolean) => {
    const usual = Number(mqtt.port) === PORTS.tls || Number(mqtt.port) === PORTS.plain;
    form.setFieldValue("mqtt", { ...mqtt, tls, port: usual ? (tls ? PORTS.tls : PORTS.plain) : mqtt.port });
  };
  const of = (index: number) => (measure === "total_power" ? t("zoneMeter.allPhases") : LINES[index]);
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
        <TextInput
          label={t("zoneMeter.broker")}
          required
          placeholder="mqtt.example.com"
          {...form.getInputProps("mqtt.host")}
        />
        <NumberInput
          label={t("zoneMeter.port")}
          required
          min={1}
          max={65_535}
          thousandSeparator=""
          {...form.getInputProps("mqtt.port")}
        />
        <TextInput label={t("zoneMeter.user")} autoComplete="off" {...form.getInputProps("mqtt.user_name")} />
        <PasswordInput
          label={t("zoneMeter.password")}
          autoComplete="new-password"
          placeholder={hasPassword ? t("zoneMeter.passwordKept") : undefined}
          visibilityToggleButtonProps={{ "aria-label": t("zoneMeter.showPassword") }}
          {...form.getInputProps("mqtt.password")}
        />
      </SimpleGrid>
      <Checkbox
        label={t("zoneMeter.tls")}
        description={t("zoneMeter.tlsHelp")}
        checked={mqtt.tls}
        onChange={(event) => encrypt(event.currentTarget.checked)}
      />
      {mqtt.values.slice(0, numbersOf(measure)).map((_, index) => (
        <SimpleGrid key={LINES[index]} cols={{ base: 1, xs: 2 }} spacing="xs">
          <TextInput
            label={t("zoneMeter.topicOf", { line: of(index) })}
            required={index === 0}
            placeholder={index === 0 ? undefined : t("zoneMeter.topicSame")}
            {...form.getInputProps(`mqtt.values.${index}.topic`)}
          />
          <TextInput
            label={t("zoneMeter.pointerOf", { line: of(index) })}
            placeholder="/a_current"
            description={index === 0 ? t("zoneMeter.pointerHelp") : undefined}
            inputWrapperOrder={["label", "input", "description", "error"]}
            {...form.getInputProps(`mqtt.values.${index}.pointer`)}
          />
        </SimpleGrid>
      ))}
    </>
  );
}
