// Which models obey a limit: the platform's word, for every branch. Only it may say so.
import { Button, Group, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconCertificate, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import { useLogin, useMay } from "@/api/login";
import { useList } from "@/api/pages";
import type { SmartModel } from "@/api/types";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { FormDialog } from "@/ui/FormDialog";
import { ToneBadge } from "@/ui/StatusBadge";
import { Absent, Outside, Timestamp } from "@/ui/Values";
import { useZoneWrites } from "./queries";

const useModels = () => useList<SmartModel>([...keys.zones, "models"], "/smart-charging-models");

function Judge({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { judge } = useZoneWrites();
  const form = useForm({
    initialValues: { vendor: "", model: "", firmware: "", verdict: "tested" },
    validate: {
      vendor: (value) => (value.trim() ? null : t("form.required")),
      model: (value) => (value.trim() ? null : t("form.required")),
    },
  });
  return (
    <FormDialog
      title={t("power.models.add")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("form.save")}
      onSubmit={({ vendor, model, firmware, verdict }) =>
        judge({
          vendor: vendor.trim(),
          model: model.trim(),
          firmware: firmware.trim() || null,
          tested: verdict === "tested",
        })
      }
    >
      <TextInput label={t("power.models.vendor")} required data-autofocus {...form.getInputProps("vendor")} />
      <TextInput label={t("power.models.model")} required {...form.getInputProps("model")} />
      <TextInput
        label={t("power.models.firmware")}
        description={t("power.models.firmwareHelp")}
        inputWrapperOrder={["label", "input", "description", "error"]}
        {...form.getInputProps("firmware")}
      />
      <div>
        <Text size="sm" fw={500} mb={4}>
          {t("power.models.verdict")}
        </Text>
        <SegmentedControl
          fullWidth
          aria-label={t("power.models.verdict")}
          data={["tested", "unfit"].map((value) => ({ value, label: t(`power.models.${value}`) }))}
          {...form.getInputProps("verdict")}
        />
      </div>
    </FormDialog>
  );
}

/** Whether this operator speaks for the platform. */
function useMaySay(): boolean {
  const { organisation } = useLogin();
  return useMay("administration") && !organisation.parent_id;
}

export function Models() {
  const { t } = useTranslation();
  const list = useModels();
  const may = useMaySay();
  const { forget } = useZoneWrites();
  const [adding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<SmartModel | null>(null);
  const add = may && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
      {t("power.models.add")}
    </Button>
  );
  const columns: Column<SmartModel>[] = [
    {
      accessor: "vendor",
      title: t("power.models.vendor"),
      render: (row) => <Outside line text={row.vendor} />,
    },
    { accessor: "model", title: t("power.models.model"), render: (row) => <Outside line text={row.model} /> },
    {
      accessor: "firmware",
      title: t("power.models.firmware"),
      render: (row) =>
        row.firmware === null ? t("power.models.every") : <Outside line text={row.firmware} />,
    },
    {
      accessor: "tested",
      title: t("power.models.verdict"),
      render: (row) => (
        <ToneBadge tone={row.tested ? "green" : "red"}>
          {t(row.tested ? "power.models.tested" : "power.models.unfit")}
        </ToneBadge>
      ),
    },
    {
      accessor: "said_by",
      title: t("power.models.saidBy"),
      render: (row) => (row.said_by ? <Outside line text={row.said_by} /> : <Absent />),
    },
    { accessor: "at", title: t("power.models.at"), render: (row) => <Timestamp at={row.at} /> },
  ];
  if (may)
    columns.push({
      accessor: "forget",
      title: "",
      textAlign: "right",
      render: (row) => (
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          leftSection={<IconTrash size={14} />}
          aria-label={t("power.models.forgetOf", { vendor: row.vendor, model: row.model })}
          onClick={() => setLeaving(row)}
        >
          {t("power.models.forget")}
        </Button>
      ),
    });
  return (
    <Stack gap="sm">
      <Group justify="space-between" align="flex-start">
        <Text size="sm" c="dimmed" maw={640}>
          {t(may ? "power.models.lead" : "power.models.leadOthers")}
        </Text>
        {list.items.length > 0 && add}
      </Group>
      <DataTable<SmartModel & { id?: string }>
        list={list}
        columns={columns}
        label={t("power.models.title")}
        rowKey={(row) => `${row.vendor}\n${row.model}\n${row.firmware ?? ""}`}
        empty={
          <EmptyState
            icon={IconCertificate}
            title={t("power.models.none")}
            text={t("power.models.noneText")}
            action={add || undefined}
          />
        }
      />
      {adding && <Judge onClose={() => setAdding(false)} />}
      {leaving && (
        <ConfirmAction
          opened
          onClose={() => setLeaving(null)}
          title={t("power.models.forgetOf", { vendor: leaving.vendor, model: leaving.model })}
          consequence={t("power.models.forgetText")}
          confirmLabel={t("power.models.forget")}
          onConfirm={async () => {
            await forget(leaving);
          }}
        />
      )}
    </Stack>
  );
}
