// Whose network one looks at: switching between organisations, and making a branch.
import { Menu, Select, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { IconBuilding, IconBuildingPlus, IconCheck, IconSelector } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { useLogin, useMay } from "@/api/login";
import type { Login, Organisation } from "@/api/types";
import { currencies, timeZones } from "@/lib/zones";
import { FormDialog } from "@/ui/FormDialog";
import { notifyDone, notifyFailed, useProblemText } from "@/ui/problem";
import classes from "./Shell.module.css";

/** Goes to work for another organisation; nothing read for the one before is kept. */
function useSwitch(): (id: string) => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async (id) => {
    const login = await http.post<Login>("/session/organisation", { organisation_id: id });
    // First away from a page that belongs to the one before.
    await navigate({ to: "/" });
    client.setQueryData(keys.login, login);
    await client.resetQueries({ predicate: (query) => query.queryKey[0] !== keys.login[0] });
  };
}

function NewBranch({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { organisation } = useLogin();
  const change = useSwitch();
  const form = useForm({
    initialValues: { name: "", time_zone: organisation.time_zone, currency: organisation.currency },
    validate: { name: (value) => (value.trim() ? null : t("form.required")) },
  });
  return (
    <FormDialog
      title={t("branch.add")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("branch.make")}
      onSubmit={async (values) => {
        const made = await http.post<Organisation>("/organisations", { ...values, name: values.name.trim() });
        await change(made.id);
        notifyDone(t("branch.made", { name: made.name }));
      }}
    >
      <Text c="dimmed">{t("branch.text", { parent: organisation.name })}</Text>
      <TextInput label={t("settings.name")} required data-autofocus {...form.getInputProps("name")} />
      <Select
        label={t("settings.timeZone")}
        data={timeZones()}
        searchable
        limit={60}
        allowDeselect={false}
        {...form.getInputProps("time_zone")}
      />
      <Select
        label={t("settings.currency")}
        data={currencies()}
        searchable
        limit={60}
        allowDeselect={false}
        {...form.getInputProps("currency")}
      />
    </FormDialog>
  );
}

export function OrganisationSwitch() {
  const { t } = useTranslation();
  const { organisation, organisations } = useLogin();
  const mayAdd = useMay("administration");
  const change = useSwitch();
  const problemText = useProblemText();
  const [adding, add] = useDisclosure(false);
  if (organisations.length < 2 && !mayAdd) return <span>{organisation.name}</span>;
  return (
    <>
      <Menu position="bottom-start" width={280}>
        <Menu.Target>
          <UnstyledButton
            className={classes.brand}
            aria-label={t("branch.switch", { name: organisation.name })}
          >
            <span>{organisation.name}</span>
            <IconSelector size={15} aria-hidden />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown mah="70vh" style={{ overflowY: "auto" }}>
          <Menu.Label>{t("branch.yours")}</Menu.Label>
          {organisations.map((each) => (
            <Menu.Item
              key={each.id}
              leftSection={each.id === organisation.id ? <IconCheck size={16} /> : <IconBuilding size={16} />}
              aria-current={each.id === organisation.id ? "true" : undefined}
              onClick={() => {
                if (each.id !== organisation.id)
                  change(each.id).catch((error) => notifyFailed(problemText(error)));
              }}
            >
              {each.name}
            </Menu.Item>
          ))}
          {mayAdd && (
            <>
              <Menu.Divider />
              <Menu.Item leftSection={<IconBuildingPlus size={16} />} onClick={add.open}>
                {t("branch.add")}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {adding && <NewBranch onClose={add.close} />}
    </>
  );
}
