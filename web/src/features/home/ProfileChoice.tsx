// Which price profile a charger or everything of an owner follows.
import { Select, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { HomeCharger } from "@/api/types";
import { FormDialog } from "@/ui/FormDialog";
import { RouteLink } from "@/ui/Links";
import { notifyDone } from "@/ui/problem";
import { profileChoicesOptions, useHomeWrites } from "./queries";

interface FormProps {
  title: string;
  text: string;
  value: string | null;
  save: (profile: string | null) => Promise<unknown>;
  onClose: () => void;
}

export function ProfileChoice({ title, text, value, save, onClose }: FormProps) {
  const { t } = useTranslation();
  const { data } = useQuery(profileChoicesOptions);
  const form = useForm<{ price_profile_id: string | null }>({ initialValues: { price_profile_id: value } });
  return (
    <FormDialog
      title={title}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("form.save")}
      onSubmit={async (values) => {
        await save(values.price_profile_id);
        notifyDone(t("form.saved"));
      }}
    >
      <Text size="sm" c="dimmed">
        {text}
      </Text>
      {data?.length === 0 && (
        <Text size="sm">
          {t("home.noProfiles")}{" "}
          <RouteLink to="/electricity" search={{ tab: "profiles" }}>
            {t("home.toProfiles")}
          </RouteLink>
        </Text>
      )}
      <Select
        label={t("home.profile")}
        clearable
        data={(data ?? []).map((each) => ({ value: each.id, label: each.name }))}
        {...form.getInputProps("price_profile_id")}
      />
    </FormDialog>
  );
}

export function ChargerProfile({ charger, onClose }: { charger: HomeCharger; onClose: () => void }) {
  const { t } = useTranslation();
  const { setProfile } = useHomeWrites();
  return (
    <ProfileChoice
      title={t("home.setProfile")}
      text={t("home.setProfileText")}
      value={charger.has_own_profile ? (charger.price_profile?.id ?? null) : null}
      save={(profile) => setProfile(charger.id, profile)}
      onClose={onClose}
    />
  );
}
