// A price profile: the market it follows, its lines, and what it costs now and by the hour while it is typed.
import { Group, Select, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useLogin } from "@/api/login";
import type { PriceProfile } from "@/api/types";
import { currencies } from "@/lib/zones";
import { FormDialog } from "@/ui/FormDialog";
import { Panel } from "@/ui/Panel";
import { notifyDone } from "@/ui/problem";
import { ComponentFields } from "./ComponentFields";
import { draftOf, isPercent, isPrice, type ProfileDraft, previewable, requestOf, windowFault } from "./draft";
import { Outlook } from "./Outlook";
import { usePreview, useProfileWrites } from "./profileQueries";
import { knownZonesOptions, type MarketName } from "./queries";

/** Milliseconds of quiet before what is typed is looked at. */
const QUIET = 350;

function Preview({ draft }: { draft: ProfileDraft }) {
  const { t } = useTranslation();
  const [still] = useDebouncedValue(draft, QUIET);
  const request = previewable(still) ? { ...requestOf(still), name: "preview" } : null;
  const { data } = usePreview(request);
  if (!request || !data) {
    return (
      <Text size="sm" c="dimmed">
        {t("priceProfile.previewLater")}
      </Text>
    );
  }
  return (
    <Panel title={t("priceProfile.preview")}>
      <Outlook of={data} />
    </Panel>
  );
}

interface ProfileFormProps {
  profile?: PriceProfile;
  /** What a new one begins with: a zone that is followed already. */
  market?: MarketName;
  onClose: () => void;
}

export function ProfileForm({ profile, market, onClose }: ProfileFormProps) {
  const { t } = useTranslation();
  const { organisation } = useLogin();
  const { save } = useProfileWrites();
  const { data: zones } = useQuery(knownZonesOptions);
  const price = (value: string) => (isPrice(value) ? null : t("priceProfile.amountWrong"));
  const hours = (_: string, all: ProfileDraft, path: string) => {
    const line = all.components[Number(path.split(".")[1])];
    return line && windowFault(line) === "hours" ? t("priceProfile.hoursWrong") : null;
  };
  const form = useForm<ProfileDraft>({
    initialValues: profile
      ? draftOf(profile)
      : {
          name: "",
          zone: market?.zone ?? "",
          currency: market?.currency ?? organisation.currency,
          vat: "25",
          components: [],
        },
    validateInputOnBlur: true,
    validate: {
      name: (value) => (value.trim() ? null : t("form.required")),
      zone: (value) => (value ? null : t("form.required")),
      vat: (value) => (isPercent(value) ? null : t("priceProfile.vatWrong")),
      components: {
        name: (value) => (value.trim() ? null : t("form.required")),
        per_kwh: price,
        until: hours,
        last: (_, all, path) => {
          const line = all.components[Number(path.split(".")[1])];
          return line && windowFault(line) === "months" ? t("priceProfile.monthsWrong") : null;
        },
      },
    },
  });
  return (
    <FormDialog
      title={profile ? t("priceProfile.edit") : t("priceProfile.add")}
      opened
      onClose={onClose}
      form={form}
      size="xl"
      submitLabel={profile ? t("form.save") : t("priceProfile.add")}
      onSubmit={async (values) => {
        await save(profile, requestOf(values));
        notifyDone(t("form.saved"));
      }}
    >
      <TextInput
        label={t("priceProfile.name")}
        description={t("priceProfile.nameHelp")}
        required
        data-autofocus
        {...form.getInputProps("name")}
      />
      <Group gap="xs" grow align="flex-start">
        <Select
          label={t("electricity.zone")}
          required
          searchable
          allowDeselect={false}
          data={(zones ?? []).map((each) => ({ value: each.zone, label: each.zone }))}
          {...form.getInputProps("zone")}
        />
        <Select
          label={t("electricity.currency")}
          searchable
          allowDeselect={false}
          data={currencies()}
          {...form.getInputProps("currency")}
        />
        <TextInput
          label={t("priceProfile.vat")}
          inputMode="decimal"
          rightSection="%"
          {...form.getInputProps("vat")}
        />
      </Group>
      <ComponentFields form={form} />
      <Preview draft={form.values} />
    </FormDialog>
  );
}
