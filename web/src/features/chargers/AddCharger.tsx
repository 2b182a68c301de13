// The form for a new charger.
import { Select, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { useSiteChoices } from "@/api/lookups";
import type { NewStation } from "@/api/types";
import { FormDialog } from "@/ui/FormDialog";
import { RouteLink } from "@/ui/Links";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { ConnectionDetails } from "./ConnectionDetails";
import { PlugFields } from "./PlugFields";
import { evsesOf, NEW_PLUG, type PlugInput } from "./plugs";
import { useStationWrites } from "./queries";
import { SecurityChoice } from "./SecurityProfile";

interface AddChargerProps {
  opened: boolean;
  onClose: () => void;
  /** Chosen beforehand when one comes from a site. */
  siteId?: string;
  /** What it is for, where that is known beforehand. */
  usedAs?: string;
}

export function AddCharger({ opened, onClose, siteId, usedAs = "commercial" }: AddChargerProps) {
  const { t, i18n } = useTranslation();
  const sites = useSiteChoices();
  const mayAsk = useMay("drivers");
  const { create, askOwner } = useStationWrites();
  const problemText = useProblemText();
  const [made, setMade] = useState<NewStation | null>(null);
  const form = useForm({
    initialValues: {
      site_id: siteId ?? "",
      identity: "",
      name: "",
      security_profile: "1",
      used_as: usedAs,
      owner_email: "",
      evses: [NEW_PLUG] as PlugInput[],
    },
    validateInputOnBlur: true,
    validate: {
      site_id: (value) => (value ? null : t("form.required")),
      identity: (value) => (value.trim() ? null : t("form.required")),
    },
  });

  const send = async (values: typeof form.values) => {
    const owner = values.used_as === "home" ? values.owner_email.trim() : "";
    const station = await create({
      site_id: values.site_id,
      identity: values.identity.trim(),
      ...(values.name.trim() ? { name: values.name.trim() } : {}),
      security_profile: Number(values.security_profile),
      used_as: values.used_as,
      ...(owner ? { owner_email: owner } : {}),
      evses: evsesOf(values.evses),
    });
    // The charger is there either way; from the list its owner can be asked again.
    if (owner && mayAsk) {
      await askOwner(station.id, owner, i18n.language).catch((error) => notifyFailed(problemText(error)));
    }
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
        size="lg"
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
        <Select
          label={t("charger.usedAs")}
          data={["commercial", "home"].map((value) => ({ value, label: t(`charger.uses.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps("used_as")}
        />
        {form.values.used_as === "home" && (
          <TextInput
            label={t("charger.owner")}
            description={t(mayAsk ? "home.ownerHelp" : "charger.ownerHelp")}
            type="email"
            autoComplete="off"
            {...form.getInputProps("owner_email")}
          />
        )}
        <PlugFields
          plugs={form.values.evses}
          onChange={(evses) => form.setFieldValue("evses", evses)}
          error={typeof form.errors.evses === "string" ? form.errors.evses : undefined}
        />
        <SecurityChoice {...form.getInputProps("security_profile")} />
      </FormDialog>
      <ConnectionDetails station={made} onClose={() => setMade(null)} />
    </>
  );
}
