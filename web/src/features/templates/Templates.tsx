// Configuration templates: made, changed and removed here; the difference is shown at each charger.
import { ActionIcon, Button, Fieldset, Group, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPlus, IconTemplate, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Template } from "@/api/types";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { FormDialog } from "@/ui/FormDialog";
import { Panel } from "@/ui/Panel";
import { Count, Outside } from "@/ui/Values";
import { useTemplates, useTemplateWrites } from "./queries";

function Editor({ old, onClose }: { old: Template | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { save } = useTemplateWrites();
  const form = useForm({
    initialValues: {
      name: old?.name ?? "",
      vendor: old?.vendor ?? "",
      model: old?.model ?? "",
      firmware: old?.firmware ?? "",
      family: old?.family ?? "1.6",
      entries: old?.entries ?? [{ component: "", name: "", value: "" }],
    },
    validate: {
      name: (value) => (value.trim() ? null : t("form.required")),
      entries: { name: (value) => (value.trim() ? null : t("form.required")) },
    },
  });
  const two = form.values.family === "2";
  return (
    <FormDialog
      title={old ? t("template.edit") : t("template.add")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("form.save")}
      size="lg"
      onSubmit={(values) =>
        save(
          {
            ...values,
            name: values.name.trim(),
            entries: values.entries.map((each) => ({
              ...each,
              name: each.name.trim(),
              component: two ? each.component.trim() : "",
            })),
          },
          old,
        )
      }
    >
      <TextInput
        label={t("template.name")}
        description={t("template.nameHelp")}
        required
        data-autofocus
        {...form.getInputProps("name")}
      />
      <div>
        <Text size="sm" fw={500} mb={4}>
          {t("template.family")}
        </Text>
        <SegmentedControl
          aria-label={t("template.family")}
          data={["1.6", "2"].map((value) => ({
            value,
            label: t(`template.families.${value.replace(".", "_")}`),
          }))}
          {...form.getInputProps("family")}
        />
      </div>
      <Fieldset legend={t("template.for")} p="sm">
        <Text size="sm" c="dimmed" mb="xs">
          {t("template.forHelp")}
        </Text>
        <Group grow gap="xs">
          {(["vendor", "model", "firmware"] as const).map((each) => (
            <TextInput key={each} label={t(`charger.${each}`)} {...form.getInputProps(each)} />
          ))}
        </Group>
      </Fieldset>
      <Fieldset legend={t("template.entries")} p="sm">
        <Stack gap="xs">
          {form.values.entries.map((_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an entry has no name but its place
            <Group key={index} gap="xs" align="flex-end" wrap="nowrap">
              {two && (
                <TextInput
                  label={t("command.variable.component")}
                  spellCheck={false}
                  style={{ flex: 1 }}
                  {...form.getInputProps(`entries.${index}.component`)}
                />
              )}
              <TextInput
                label={t("variable.name")}
                spellCheck={false}
                required
                style={{ flex: 1 }}
                {...form.getInputProps(`entries.${index}.name`)}
              />
              <TextInput
                label={t("variable.value")}
                spellCheck={false}
                style={{ flex: 1 }}
                {...form.getInputProps(`entries.${index}.value`)}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={t("template.removeEntry")}
                disabled={form.values.entries.length === 1}
                onClick={() => form.removeListItem("entries", index)}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </Group>
          ))}
          <Group>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconPlus size={14} />}
              onClick={() => form.insertListItem("entries", { component: "", name: "", value: "" })}
            >
              {t("template.addEntry")}
            </Button>
          </Group>
        </Stack>
      </Fieldset>
    </FormDialog>
  );
}

export function Templates() {
  const { t } = useTranslation();
  const may = useMay("network");
  const list = useTemplates();
  const { remove } = useTemplateWrites();
  const [editing, setEditing] = useState<Template | "new" | null>(null);
  const [removing, setRemoving] = useState<Template | null>(null);
  const columns: Column<Template>[] = [
    { accessor: "name", title: t("template.name"), render: (row) => <Outside text={row.name} /> },
    {
      accessor: "family",
      title: t("charger.protocol"),
      render: (row) => t(`template.families.${row.family.replace(".", "_")}`, { defaultValue: row.family }),
    },
    {
      accessor: "for",
      title: t("template.for"),
      render: (row) => {
        const text = [row.vendor, row.model, row.firmware].filter(Boolean).join(" · ");
        return text ? <Outside text={text} /> : t("template.all");
      },
    },
    {
      accessor: "entries",
      title: t("template.entries"),
      textAlign: "right",
      render: (row) => <Count value={row.entries.length} />,
    },
    {
      accessor: "actions",
      title: <span className="visually-hidden">{t("table.actions")}</span>,
      textAlign: "right",
      render: (row) =>
        may && (
          <Group gap={4} justify="flex-end" wrap="nowrap">
            <Button size="compact-sm" variant="default" onClick={() => setEditing(row)}>
              {t("template.change")}
            </Button>
            <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setRemoving(row)}>
              {t("template.remove")}
            </Button>
          </Group>
        ),
    },
  ];
  return (
    <Panel
      title={t("template.title")}
      aside={
        may && (
          <Button size="xs" leftSection={<IconPlus size={15} />} onClick={() => setEditing("new")}>
            {t("template.add")}
          </Button>
        )
      }
    >
      <Text c="dimmed" mb="sm">
        {t("template.text")}
      </Text>
      <DataTable<Template>
        list={list}
        columns={columns}
        label={t("template.title")}
        minWidth={620}
        plain
        empty={<EmptyState icon={IconTemplate} title={t("template.none")} text={t("template.noneText")} />}
      />
      {editing && <Editor old={editing === "new" ? null : editing} onClose={() => setEditing(null)} />}
      <ConfirmAction
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={t("template.remove")}
        consequence={t("template.removeText", { name: removing?.name })}
        confirmLabel={t("template.remove")}
        onConfirm={async () => {
          if (removing) await remove(removing.id);
        }}
      />
    </Panel>
  );
}
