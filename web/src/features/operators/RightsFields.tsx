// Role, rights of one's own, and the sites they hold for: the part that inviting and editing share.
import { Checkbox, Fieldset, MultiSelect, Radio, Select, SimpleGrid, Stack, Switch } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { useLogin } from "@/api/login";
import type { Page, Right, Site } from "@/api/types";
import { type RightsInput, useRoles } from "./queries";
import { changed, completed, RIGHT_GROUPS } from "./rights";

export interface RightsValues extends Record<string, unknown> {
  role: string;
  own: boolean;
  permissions: string[];
  scope: string;
  sites: string[];
}

/** Sites offered at once; who has more searches for them on the site's own page. */
const SITES_OFFERED = 500;

export function rightsInput(values: RightsValues): RightsInput {
  return {
    role: values.role,
    permissions: values.own ? values.permissions : null,
    sites: values.scope === "some" ? values.sites : null,
  };
}

function useSiteChoices() {
  const { data } = useQuery({
    queryKey: [...keys.sites, "choices"],
    queryFn: ({ signal }) => http.get<Page<Site>>("/sites", { limit: SITES_OFFERED }, signal),
  });
  return (data?.items ?? []).map((site) => ({ value: site.id, label: site.name }));
}

function Rights({ form }: { form: UseFormReturnType<RightsValues> }) {
  const { t } = useTranslation();
  const mine = useLogin().operator.permissions as string[];
  const { permissions } = form.values;
  return (
    <Checkbox.Group
      label={t("operators.rights")}
      value={permissions}
      onChange={(after) => form.setFieldValue("permissions", changed(permissions, after))}
    >
      <SimpleGrid cols={{ base: 1, sm: 2 }} mt={6} spacing="sm">
        {RIGHT_GROUPS.map(({ name, rights }) => (
          <Fieldset key={name} legend={t(`operators.group.${name}`)} p="sm">
            <Stack gap={6}>
              {rights.map((right) => (
                <Checkbox
                  key={right}
                  value={right}
                  label={t(`permission.${right}`)}
                  disabled={!mine.includes(right)}
                />
              ))}
            </Stack>
          </Fieldset>
        ))}
      </SimpleGrid>
    </Checkbox.Group>
  );
}

export function RightsFields({ form }: { form: UseFormReturnType<RightsValues> }) {
  const { t } = useTranslation();
  const roles = useRoles();
  const sites = useSiteChoices();
  const mine = useLogin().operator.permissions;
  const rightsOf = (role: string) => roles.find((each) => each.role === role)?.permissions ?? [];
  const mayGive = (role: string) => rightsOf(role).every((right) => mine.includes(right as Right));
  const choose = (role: string | null) => {
    if (!role) return;
    form.setFieldValue("role", role);
    form.setFieldValue("permissions", completed(rightsOf(role)));
  };
  return (
    <>
      <Select
        label={t("operators.role")}
        description={t(`operators.roleHelp.${form.values.role}`, { defaultValue: "" })}
        data={roles.map(({ role }) => ({ value: role, label: t(`role.${role}`), disabled: !mayGive(role) }))}
        allowDeselect={false}
        value={form.values.role}
        onChange={choose}
        error={form.errors.role}
      />
      <Switch
        label={t("operators.own")}
        description={t("operators.ownHelp")}
        checked={form.values.own}
        onChange={(event) => {
          const on = event.currentTarget.checked;
          form.setFieldValue("own", on);
          // They begin with the role's.
          if (on && form.values.permissions.length === 0) choose(form.values.role);
        }}
      />
      {form.values.own && <Rights form={form} />}
      <Radio.Group label={t("operators.scope")} {...form.getInputProps("scope")}>
        <Stack gap={6} mt={6}>
          <Radio value="all" label={t("operators.everySite")} />
          <Radio value="some" label={t("operators.someSites")} />
        </Stack>
      </Radio.Group>
      {form.values.scope === "some" && (
        <MultiSelect
          label={t("operators.sites")}
          data={sites}
          searchable
          limit={60}
          {...form.getInputProps("sites")}
        />
      )}
    </>
  );
}
