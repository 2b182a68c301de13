// Groups of drivers: what access, fees, discounts and subscriptions are given to.
import { ActionIcon, Button, Menu, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconDots, IconPencil, IconPlus, IconTrash, IconUsersGroup } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { DriverGroup } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { FormDialog } from "@/ui/FormDialog";
import { RouteLink } from "@/ui/Links";
import { notifyDone } from "@/ui/problem";
import { Count, Outside, Timestamp } from "@/ui/Values";
import { groupsOptions, useGroupWrites } from "./queries";

function GroupForm({ group, onClose }: { group?: DriverGroup; onClose: () => void }) {
  const { t } = useTranslation();
  const { add, change } = useGroupWrites();
  const form = useForm({
    initialValues: { name: group?.name ?? "", description: group?.description ?? "" },
    validate: { name: (value) => (value.trim() ? null : t("form.required")) },
  });
  return (
    <FormDialog
      title={t(group ? "group.edit" : "group.add")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t(group ? "form.save" : "group.add")}
      onSubmit={async (values) => {
        const input = { name: values.name.trim(), description: values.description.trim() || null };
        await (group ? change(group.id, input) : add(input));
        notifyDone(t("form.saved"));
      }}
    >
      <TextInput label={t("group.name")} required data-autofocus {...form.getInputProps("name")} />
      <Textarea label={t("group.description")} autosize minRows={2} {...form.getInputProps("description")} />
    </FormDialog>
  );
}

export function AddGroupButton() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  if (!useMay("drivers")) return null;
  return (
    <>
      <Button leftSection={<IconPlus size={16} />} onClick={() => set({ addGroup: "1" })}>
        {t("group.add")}
      </Button>
      {url.addGroup === "1" && <GroupForm onClose={() => set({ addGroup: undefined })} />}
    </>
  );
}

export function GroupList() {
  const { t } = useTranslation();
  const mayEdit = useMay("drivers");
  const { remove } = useGroupWrites();
  const { data, error, isPending, refetch } = useQuery(groupsOptions);
  const [editing, setEditing] = useState<DriverGroup | null>(null);
  const [removing, setRemoving] = useState<DriverGroup | null>(null);
  return (
    <Stack gap="sm">
      <DataTable<DriverGroup>
        list={{ items: data?.items ?? [], loading: isPending, error, retry: () => void refetch() }}
        label={t("group.title")}
        minWidth={560}
        columns={[
          {
            accessor: "name",
            title: t("group.name"),
            render: (row) => (
              <RouteLink to="/drivers" search={{ group: row.id } as never} fw={550}>
                <Outside line text={row.name} />
              </RouteLink>
            ),
          },
          {
            accessor: "description",
            title: t("group.description"),
            render: (row) => <Outside line text={row.description} />,
          },
          {
            accessor: "members",
            title: t("group.members"),
            textAlign: "right",
            render: (row) => <Count value={row.members} />,
          },
          {
            accessor: "created_at",
            title: t("driver.created"),
            render: (row) => <Timestamp at={row.created_at} />,
          },
          {
            accessor: "actions",
            title: <span className="visually-hidden">{t("table.actions")}</span>,
            textAlign: "right",
            hidden: !mayEdit,
            render: (row) => (
              <Menu position="bottom-end">
                <Menu.Target>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={t("group.actions", { group: row.name })}
                  >
                    <IconDots size={16} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setEditing(row)}>
                    {t("group.edit")}
                  </Menu.Item>
                  <Menu.Item
                    color="red"
                    leftSection={<IconTrash size={16} />}
                    onClick={() => setRemoving(row)}
                  >
                    {t("group.remove")}
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            ),
          },
        ]}
        empty={<EmptyState icon={IconUsersGroup} title={t("group.none")} text={t("group.noneText")} />}
      />
      {editing && <GroupForm group={editing} onClose={() => setEditing(null)} />}
      <ConfirmAction
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={t("group.remove")}
        consequence={t("group.removeText", { group: removing?.name, count: removing?.members ?? 0 })}
        confirmLabel={t("group.remove")}
        onConfirm={async () => {
          if (removing) await remove(removing.id);
        }}
      />
    </Stack>
  );
}
