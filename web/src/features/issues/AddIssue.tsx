// A new issue: what, where, how urgent, who. From a fault it knows what and where already.
import { Alert, Select, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { useSiteChoices } from "@/api/lookups";
import type { Fault, Issue, Page, Station } from "@/api/types";
import { useFaultName } from "@/features/faults/FaultText";
import { FormDialog } from "@/ui/FormDialog";
import { PRIORITY_WORDS } from "./IssueBadges";
import { useIssueWrites, usePeople } from "./queries";

interface AddIssueProps {
  fault?: string;
  station?: string;
  onClose: () => void;
  onMade: (issue: Issue) => void;
}

function useFault(id: string | undefined): Fault | undefined {
  const { data } = useQuery({
    queryKey: [...keys.faults, "one", id],
    queryFn: ({ signal }) => http.get<Fault>(`/faults/${encodeURIComponent(id ?? "")}`, {}, signal),
    enabled: id !== undefined,
  });
  return data;
}

/** Chargers of a site, to choose one. */
function useChargers(site: string | null) {
  const { data } = useQuery({
    queryKey: [...keys.stationLists, "choices", site],
    queryFn: ({ signal }) => http.get<Page<Station>>("/stations", { site_id: site, limit: 500 }, signal),
    enabled: Boolean(site),
  });
  return (data?.items ?? []).map((each) => ({
    value: each.id,
    label: each.name ? `${each.identity} · ${each.name}` : each.identity,
  }));
}

function Form({ fault, station, onClose, onMade }: Omit<AddIssueProps, "fault"> & { fault?: Fault }) {
  const { t } = useTranslation();
  const { add } = useIssueWrites();
  const sites = useSiteChoices();
  const people = usePeople();
  const faultName = useFaultName();
  const form = useForm({
    initialValues: {
      title: fault
        ? t("issue.titleOfFault", { what: faultName(fault), charger: fault.station_identity })
        : "",
      text: fault?.info ?? "",
      priority: (fault?.severity === "critical" ? "high" : "normal") as string,
      site_id: fault?.site_id ?? (null as string | null),
      station_id: fault?.station_id ?? station ?? (null as string | null),
      assignee_id: null as string | null,
    },
    validate: { title: (value) => (value.trim() ? null : t("form.required")) },
  });
  const chargers = useChargers(form.values.site_id);
  return (
    <FormDialog
      title={t("issue.add")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("issue.add")}
      onSubmit={async (values) => {
        const place = fault
          ? { fault_id: fault.id }
          : values.station_id
            ? { station_id: values.station_id }
            : { site_id: values.site_id };
        onMade(
          await add({
            title: values.title,
            text: values.text,
            priority: values.priority,
            assignee_id: values.assignee_id,
            ...place,
          }),
        );
      }}
    >
      {fault && (
        <Alert color="gray" variant="light">
          {t("issue.fromFault", { charger: fault.station_identity, site: fault.site_name })}
        </Alert>
      )}
      <TextInput label={t("issue.title")} required data-autofocus {...form.getInputProps("title")} />
      <Textarea
        label={t("issue.text")}
        description={t("issue.textHelp")}
        autosize
        minRows={3}
        {...form.getInputProps("text")}
      />
      {!fault && !station && (
        <>
          <Select
            label={t("issue.site")}
            data={sites}
            searchable
            clearable
            {...form.getInputProps("site_id")}
            onChange={(value) => form.setValues({ site_id: value, station_id: null })}
          />
          <Select
            label={t("issue.charger")}
            data={chargers}
            searchable
            clearable
            disabled={!form.values.site_id}
            {...form.getInputProps("station_id")}
          />
        </>
      )}
      <Select
        label={t("issue.priorityLabel")}
        data={PRIORITY_WORDS.map((value) => ({ value, label: t(`issue.priority.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps("priority")}
      />
      <Select
        label={t("issue.assignee")}
        data={people}
        searchable
        clearable
        placeholder={t("issue.nobody")}
        {...form.getInputProps("assignee_id")}
      />
    </FormDialog>
  );
}

export function AddIssue({ fault: id, ...rest }: AddIssueProps) {
  const fault = useFault(id);
  // The form begins with what the fault says, so it waits for it.
  if (id && !fault) return null;
  return <Form fault={fault} {...rest} />;
}
