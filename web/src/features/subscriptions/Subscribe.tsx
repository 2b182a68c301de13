// A driver subscribes: the first period begins at once and is owed.
import { Select } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { DriverChoice } from "@/ui/choices";
import { FormDialog } from "@/ui/FormDialog";
import { notifyDone } from "@/ui/problem";
import { plansOptions, usePlanWrites } from "./queries";

interface Props {
  plan?: string;
  driver?: { id: string; name: string };
  onClose: () => void;
}

export function Subscribe({ plan, driver, onClose }: Props) {
  const { t } = useTranslation();
  const { subscribe } = usePlanWrites();
  const { data } = useQuery(plansOptions);
  const form = useForm({
    initialValues: { plan_id: plan ?? null, driver_id: driver?.id ?? null },
    validate: {
      plan_id: (value) => (value ? null : t("form.required")),
      driver_id: (value) => (value ? null : t("form.required")),
    },
  });
  return (
    <FormDialog
      title={t("subscription.add")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("subscription.add")}
      onSubmit={async ({ plan_id, driver_id }) => {
        if (!plan_id || !driver_id) return;
        await subscribe(plan_id, driver_id);
        notifyDone(t("subscription.added"));
      }}
    >
      {!plan && (
        <Select
          label={t("plan.one")}
          data={(data?.items ?? []).map((each) => ({
            value: each.id,
            label: `${each.name} · ${each.cost} ${each.currency}`,
          }))}
          {...form.getInputProps("plan_id")}
        />
      )}
      {!driver && <DriverChoice label={t("subscription.driver")} {...form.getInputProps("driver_id")} />}
      <p style={{ margin: 0 }}>{t("subscription.addText")}</p>
    </FormDialog>
  );
}
