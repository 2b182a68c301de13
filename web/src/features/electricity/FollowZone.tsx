// A price zone to follow: where its prices come from is said before it is chosen.
import { Alert, Select } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useLogin } from "@/api/login";
import { currencies } from "@/lib/zones";
import { FormDialog } from "@/ui/FormDialog";
import { knownZonesOptions, type MarketName, useSpotWrites } from "./queries";

/** Currencies the public feed has. */
const FEED_CURRENCIES = ["DKK", "EUR"];

export function FollowZone({ onClose, onMade }: { onClose: () => void; onMade: (m: MarketName) => void }) {
  const { t } = useTranslation();
  const { organisation } = useLogin();
  const { data: zones } = useQuery(knownZonesOptions);
  const { follow } = useSpotWrites();
  const form = useForm({
    initialValues: { zone: "", currency: organisation.currency },
    validate: { zone: (value) => (value ? null : t("form.required")) },
  });
  const chosen = zones?.find((each) => each.zone === form.values.zone);
  const byFile = chosen && (!chosen.in_feed || !FEED_CURRENCIES.includes(form.values.currency));
  return (
    <FormDialog
      title={t("electricity.follow")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("electricity.follow")}
      onSubmit={async (values) => {
        await follow(values);
        onMade(values);
      }}
    >
      <Select
        label={t("electricity.zone")}
        description={t("electricity.zoneHelp")}
        searchable
        required
        data={(zones ?? []).map((each) => ({
          value: each.zone,
          label: `${each.zone} · ${each.time_zone}`,
        }))}
        {...form.getInputProps("zone")}
      />
      <Select
        label={t("electricity.currency")}
        searchable
        required
        allowDeselect={false}
        data={currencies()}
        {...form.getInputProps("currency")}
      />
      {byFile && (
        <Alert variant="light" color="yellow">
          {t("electricity.onlyFile")}
        </Alert>
      )}
    </FormDialog>
  );
}
