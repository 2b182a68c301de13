// What charging spared the air, and by which factors that is reckoned.
import { Button, NumberInput, SimpleGrid, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { Facts } from "@/ui/Facts";
import { Figure } from "@/ui/Figure";
import { FormDialog } from "@/ui/FormDialog";
import { Panel } from "@/ui/Panel";
import { Energy, useLocale } from "@/ui/Values";
import type { TabProps } from "./DashboardScreen";
import { DayChart } from "./DayChart";
import { type Factors, useFigureSettings } from "./queries";

const FACTORS = [
  ["wh_per_km", "Wh/km"],
  ["petrol_g_per_km", "g/km"],
  ["grid_g_per_kwh", "g/kWh"],
  ["tree_g_per_year", "g"],
] as const;

function FactorsForm({
  factors,
  opened,
  onClose,
}: {
  factors: Factors;
  opened: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { setFactors } = useFigureSettings();
  const form = useForm<Factors & Record<string, unknown>>({ initialValues: { ...factors } });
  return (
    <FormDialog
      title={t("dashboard.factors")}
      opened={opened}
      onClose={onClose}
      form={form}
      submitLabel={t("form.save")}
      onSubmit={(values) => setFactors(values)}
    >
      <Text c="dimmed">{t("dashboard.factorsText")}</Text>
      {FACTORS.map(([name, unit]) => (
        <NumberInput
          key={name}
          label={t(`dashboard.factor.${name}`)}
          suffix={` ${unit}`}
          min={0}
          allowDecimal={false}
          {...form.getInputProps(name)}
        />
      ))}
    </FormDialog>
  );
}

export function SustainabilityTab(tab: TabProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const may = useMay("organisation");
  const [editing, form] = useDisclosure(false);
  const { sustainability: good, factors, total } = tab.now;
  const mass = (grams: number) => {
    const tonnes = Math.abs(grams) >= 10_000_000;
    const value = grams / (tonnes ? 1_000_000 : 1_000);
    return `${value.toLocaleString(locale, { maximumFractionDigits: tonnes || Math.abs(value) < 100 ? 1 : 0 })} ${tonnes ? "t" : "kg"}`;
  };
  const figure = (name: string, value: string) => (
    <Figure
      name={t(`dashboard.good.${name}`)}
      definition={t(`dashboard.goodHelp.${name}`, { ...factors })}
      value={<span className="tabular">{value}</span>}
    />
  );
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
        {figure("avoided", mass(good.co2_avoided_g))}
        {figure("distance", `${good.distance_km.toLocaleString(locale)} km`)}
        {figure("trees", good.trees.toLocaleString(locale, { maximumFractionDigits: 1 }))}
        {figure("grid", mass(good.grid_g))}
      </SimpleGrid>
      <Panel title={t("dashboard.metric.energy")} aside={<Energy wh={total.energy_wh} />}>
        <DayChart metric="energy" {...tab} />
      </Panel>
      <Panel
        title={t("dashboard.factors")}
        aside={
          may && (
            <Button variant="default" size="compact-sm" onClick={form.open}>
              {t("dashboard.editFactors")}
            </Button>
          )
        }
      >
        <Text c="dimmed" mb="sm">
          {t("dashboard.formula")}
        </Text>
        <Facts
          rows={FACTORS.map(([name, unit]) => [
            t(`dashboard.factor.${name}`),
            `${factors[name].toLocaleString(locale)} ${unit}`,
          ])}
        />
      </Panel>
      {editing && <FactorsForm factors={factors} opened onClose={form.close} />}
    </Stack>
  );
}
