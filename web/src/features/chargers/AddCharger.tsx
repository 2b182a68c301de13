// The form for a new charger.
import { Select, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSiteChoices } from "@/api/lookups";
import type { NewStation } from "@/api/types";
import { FormDialog } from "@/ui/FormDialog";
import { RouteLink } from "@/ui/Links";
import { ConnectionDetails } from "./ConnectionDetails";
import { useStationWrites } from "./queries";
import { SecurityChoice } from "./SecurityProfile";

interface AddChargerProps {
  opened: boolean;
  onClose: () => void;
  /** Chosen beforehand when one comes from a site. */
  siteId?: string;
}

export function AddCharger({ opened, onClose, siteId }: AddChargerProps) {
  const { t } = useTranslation();
  const sites = useSiteChoices();
  const { create } = useStationWrites();
  const [made, setMade] = useState<NewStation | null>(null);
  const form = useForm({
    initialValues: { site_id: siteId ?? "", identity: "", name: "", security_profile: "1" },
    validateInputOnBlur: true,
    validate: {
      site_id: (value) => (value ? null : t("form.required")),
      identity: (value) => (value.trim() ? null : t("form.required")),
    },
  });

  const send = async (values: typeof form.values) => {
    const station = await create({
      site_id: values.site_id,
      identity: values.identity.trim(),
      ...(values.name.trim() ? { name: values.name.trim() } : {}),
      security_profile: Number(values.security_profile),
    });
    form.reset();
    setMade(station);
  };

  return (
    <>
      <FormDialog
        title={t("charger.add")}
        opened={opened}
        onClose={() => {
          form.reset();
          onClose();
        }}
        form={form}
        onSubmit={send}
        submitLabel={t("charger.add")}
      >
        {sites.length === 0 && (
          <Text>
            {t("charger.needSite")}{" "}
            <RouteLink to="/sites" search={{ add: "1" }}>
              {t("site.add")}
            </RouteLink>
          </Text>
        )}
        <Select
          label={t("charger.site")}
          data={sites}
          searchable
          required
          nothingFoundMessage={t("palette.nothing")}
          {...form.getInputProps("site_id")}
        />
        <TextInput
          label={t("charger.identity")}
          description={t("charger.identityHelp")}
          required
          data-autofocus
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps("identity")}
        />
        <TextInput
          label={t("charger.name")}
          description={t("charger.nameHelp")}
          {...form.getInputProps("name")}
        />
        <SecurityChoice {...form.getInputProps("security_profile")} />
      </FormDialog>
      <ConnectionDetails station={made} onClose={() => setMade(null)} />
    </>
  );
}
