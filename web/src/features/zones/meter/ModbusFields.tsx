// The meter, and the register of each number.
import { NumberInput, Select, SimpleGrid, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { LINES, type Measure, type MeterValues, numbersOf } from "./values";

interface ModbusFieldsProps {
  form: UseFormReturnType<MeterValues>;
  measure: Measure;
}

const KINDS = ["f32", "i16", "u16", "i32", "u32", "i64"];

export function ModbusFields({ form, measure }: ModbusFieldsProps) {
  const { t } = useTranslation();
  const { modbus } = form.values;
  const of = (index: number) => (measure === "total_power" ? t("zoneMeter.allPhases") : LINES[index]);
  const choices = (name: string, values: string[]) =>
    values.map((value) => ({ value, label: t(`zoneMeter.${name}.${value}`) }));
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
        <TextInput
          label={t("zoneMeter.host")}
          required
          placeholder="192.168.1.50"
          {...form.getInputProps("modbus.host")}
        />
        <NumberInput
          label={t("zoneMeter.port")}
          required
          min={1}
          max={65_535}
          thousandSeparator=""
          {...form.getInputProps("modbus.port")}
        />
        <NumberInput
          label={t("zoneMeter.unitId")}
          required
          min={0}
          max={255}
          {...form.getInputProps("modbus.unit_id")}
        />
        <NumberInput
          label={t("zoneMeter.every")}
          required
          min={1}
          max={60}
          suffix=" s"
          {...form.getInputProps("modbus.every_s")}
        />
        <Select
          label={t("zoneMeter.table")}
          data={choices("tables", ["holding", "input"])}
          allowDeselect={false}
          {...form.getInputProps("modbus.table")}
        />
        <Select
          label={t("zoneMeter.registerKind")}
          data={choices("registerKinds", KINDS)}
          allowDeselect={false}
          {...form.getInputProps("modbus.kind")}
        />
        <Select
          label={t("zoneMeter.wordOrder")}
          data={choices("wordOrders", ["high_first", "low_first"])}
          allowDeselect={false}
          disabled={modbus.kind.endsWith("16")}
          {...form.getInputProps("modbus.word_order")}
        />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="xs">
        {modbus.addresses.slice(0, numbersOf(measure)).map((_, index) => (
          <NumberInput
            key={LINES[index]}
            label={t("zoneMeter.registerOf", { line: of(index) })}
            description={index === 0 ? t("zoneMeter.registerHelp") : undefined}
            inputWrapperOrder={["label", "input", "description", "error"]}
            required
            min={0}
            max={65_535}
            thousandSeparator=""
            allowDecimal={false}
            {...form.getInputProps(`modbus.addresses.${index}`)}
          />
        ))}
      </SimpleGrid>
    </>
  );
}
