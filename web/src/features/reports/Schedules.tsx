// Reports that go out by e-mail by themselves: those there are, and a form for another.
import { ActionIcon, Button, Group, Modal, Select, Skeleton, Stack, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { IconMail, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import type { components } from "@/api/schema";
import type { Page } from "@/api/types";
import { Failure } from "@/ui/Failure";
import { FormDialog } from "@/ui/FormDialog";
import { notifyDone, notifyFailed, useProblemText } from "@/ui/problem";
import { Outside, Timestamp } from "@/ui/Values";

type Schedule = components["schemas"]["ReportSchedule"];

const KEY = ["report-schedules"] as const;
const TABS = ["overview", "revenue", "utilisation", "sustainability", "performance"] as const;
const EVERY = ["daily", "weekly", "monthly"] as const;
const FORMATS = ["pdf", "xlsx", "csv"] as const;

function Line({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const problemText = useProblemText();
  const what = `${t(`dashboard.tab.${schedule.tab}`)}, ${t(`report.every.${schedule.every}`)}`;
  const remove = () =>
    http
      .remove(`/report-schedules/${schedule.id}`)
      .then(() => notifyDone(t("report.removed")))
      .catch((error) => notifyFailed(problemText(error)))
      .finally(() => void client.invalidateQueries({ queryKey: KEY }));
  return (
    <Group justify="space-between" wrap="nowrap" align="flex-start">
      <div style={{ minWidth: 0 }}>
        <Text fw={600}>{what}</Text>
        <Outside text={schedule.recipients.join(", ")} />
        <Text size="xs" c="dimmed" component="div">
          {t("report.next")} <Timestamp at={schedule.next_at} />
          {schedule.last_sent_at && (
            <>
              {" · "}
              {t("report.last")} <Timestamp at={schedule.last_sent_at} />
            </>
          )}
        </Text>
        {schedule.problem && (
          <Text size="xs" c="red">
            {schedule.problem}
          </Text>
        )}
      </div>
      <ActionIcon variant="subtle" color="gray" aria-label={t("report.remove", { what })} onClick={remove}>
        <IconTrash size={16} />
      </ActionIcon>
    </Group>
  );
}

function AddForm({ tab, site, onClose }: { tab: string; site?: string; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const form = useForm({
    initialValues: { tab, every: "monthly", format: "pdf", recipients: "" },
    validate: { recipients: (value) => (value.trim() ? null : t("form.required")) },
  });
  const select = (name: "tab" | "every" | "format", values: readonly string[], words: string) => (
    <Select
      label={t(`report.label.${name}`)}
      data={values.map((value) => ({ value, label: t(`${words}.${value}`) }))}
      allowDeselect={false}
      {...form.getInputProps(name)}
    />
  );
  return (
    <FormDialog
      title={t("report.add")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("report.add")}
      onSubmit={async ({ recipients, ...values }) => {
        const list = recipients.split(/[\s,;]+/).filter(Boolean);
        await http.post("/report-schedules", { ...values, site_id: site ?? null, recipients: list });
        notifyDone(t("report.added"));
        void client.invalidateQueries({ queryKey: KEY });
      }}
    >
      {select("tab", TABS, "dashboard.tab")}
      {select("every", EVERY, "report.every")}
      {select("format", FORMATS, "list.format")}
      <Textarea
        label={t("report.recipients")}
        description={t("report.recipientsHelp")}
        required
        autosize
        minRows={2}
        {...form.getInputProps("recipients")}
      />
    </FormDialog>
  );
}

function List() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => http.get<Page<Schedule>>("/report-schedules", {}, signal),
  });
  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <Skeleton height={80} />;
  if (data.items.length === 0) return <Text c="dimmed">{t("report.none")}</Text>;
  return data.items.map((schedule) => <Line key={schedule.id} schedule={schedule} />);
}

/** `tab` and `site` are those on the screen: the form begins with them. */
export function Schedules({ tab, site }: { tab: string; site?: string }) {
  const { t } = useTranslation();
  const [opened, list] = useDisclosure(false);
  const [adding, form] = useDisclosure(false);
  return (
    <>
      <Button variant="default" leftSection={<IconMail size={16} aria-hidden />} onClick={list.open}>
        {t("report.title")}
      </Button>
      <Modal
        opened={opened && !adding}
        onClose={list.close}
        title={t("report.title")}
        closeButtonProps={{ "aria-label": t("form.close") }}
      >
        <Stack gap="md">
          <Text c="dimmed">{t("report.text")}</Text>
          <List />
          <Group justify="flex-end">
            <Button onClick={form.open}>{t("report.add")}</Button>
          </Group>
        </Stack>
      </Modal>
      {adding && <AddForm tab={tab} site={site} onClose={form.close} />}
    </>
  );
}
