// By what a zone is planned.
import { SegmentedControl, Select, SimpleGrid, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { ZonePlan } from "@/api/types";
import { profileChoicesOptions } from "@/features/home/queries";
import { FormDialog } from "@/ui/FormDialog";
import { RouteLink } from "@/ui/Links";
import { usePlanWrites } from "./queries";
import { faultsOf, inputOf, type PlanValues, valuesOf } from "./values";

interface PlanFormProps {
  plan: ZonePlan;
  /** Whether it is to be on afterwards. */
  on: boolean;
  onClose: () => void;
}

export function PlanForm({ plan, on, onClose }: PlanFormProps) {
  const { t } = useTranslation();
  const { save } = usePlanWrites(plan.zone_id);
  const { data: profiles } = useQuery(profileChoicesOptions);
  const form = useForm<PlanValues>({
    initialValues: valuesOf(plan.settings),
    validate: (values) =>
      Object.fromEntries(
        faultsOf(values).map((field) => [
          field,
          t(field === "price_profile_id" ? "zonePlan.needProfile" : "zonePlan.needNumber"),
        ]),
      ),
  });
  const chosen = profiles?.find((each) => each.id === form.values.price_profile_id);
  const currency = chosen?.currency ?? "";
  const byPrice = form.values.aim === "price";
  const number = (field: keyof PlanValues & string, label: string, help: string) => (
    <TextInput
      label={label}
      description={help}
      inputWrapperOrder={["label", "input", "description", "error"]}
      inputMode="decimal"
      {...form.getInputProps(field)}
    />
  );
  return (
    <FormDialog
      title={t("zonePlan.title")}
      opened
      onClose={onClose}
      form={form}
      size="lg"
      submitLabel={t(on && !plan.settings?.enabled ? "zonePlan.switchOn" : "form.save")}
      onSubmit={(values) => save(inputOf(values, on))}
    >
      <div>
        <Text size="sm" fw={500} mb={4}>
          {t("zonePlan.aim")}
        </Text>
        <SegmentedControl
          aria-label={t("zonePlan.aim")}
          fullWidth
          data={["price", "carbon"].map((value) => ({ value, label: t(`zonePlan.aims.${value}`) }))}
          {...form.getInputProps("aim")}
        />
      </div>
      <Select
        label={t("zonePlan.profile")}
        description={t("zonePlan.profileHelp")}
        inputWrapperOrder={["label", "input", "description", "error"]}
        data={(profiles ?? []).map((each) => ({ value: each.id, label: each.name }))}
        allowDeselect={false}
        {...form.getInputProps("price_profile_id")}
      />
      {profiles?.length === 0 && (
        <Text size="sm">
          {t("zonePlan.noProfiles")}{" "}
          <RouteLink to="/electricity" search={{ tab: "profiles" }}>
            {t("zonePlan.toProfiles")}
          </RouteLink>
        </Text>
      )}
      {byPrice && (
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          {number("peak_price", t("zonePlan.peakPrice", { currency }), t("zonePlan.peakPriceHelp"))}
          {number("carbon_price", t("zonePlan.carbonPrice", { currency }), t("zonePlan.carbonPriceHelp"))}
        </SimpleGrid>
      )}
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        {number("stay_h", t("zonePlan.stay"), t("zonePlan.stayHelp"))}
        {number("energy_kwh", t("zonePlan.energy"), t("zonePlan.energyHelp"))}
      </SimpleGrid>
    </FormDialog>
  );
}
