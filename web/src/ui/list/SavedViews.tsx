// Views of a list under a name: what stands in the address now is saved, and comes back with a click.
import { ActionIcon, Button, Checkbox, Group, Menu, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconBookmark, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { useMay } from "@/api/login";
import type { Page } from "@/api/types";
import { parseSearch, useUrlState, writeSearch } from "@/lib/urlState";
import { ConfirmAction } from "../ConfirmAction";
import { FormDialog } from "../FormDialog";

interface SavedView {
  id: string;
  name: string;
  query: string;
  shared: boolean;
  own: boolean;
}

const keyOf = (page: string) => ["saved-views", page] as const;

function useViews(page: string) {
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: keyOf(page),
    queryFn: ({ signal }) => http.get<Page<SavedView>>("/saved-views", { page }, signal),
  });
  const after = <T,>(answer: Promise<T>) =>
    answer.finally(() => void client.invalidateQueries({ queryKey: keyOf(page) }));
  return {
    views: data?.items ?? [],
    save: (body: { name: string; shared: boolean; query: string }) =>
      after(http.post("/saved-views", { page, ...body })),
    remove: (id: string) => after(http.remove(`/saved-views/${id}`)),
  };
}

function SaveDialog({
  page,
  onClose,
  save,
}: {
  page: string;
  onClose: () => void;
  save: ReturnType<typeof useViews>["save"];
}) {
  const { t } = useTranslation();
  const [url] = useUrlState();
  const mayShare = useMay("network");
  const form = useForm({
    initialValues: { name: "", shared: false },
    validate: { name: (value) => (value.trim() ? null : t("form.required")) },
  });
  // The columns of this browser become part of the view.
  const cols = url.cols ?? localStorage.getItem(`forecourt.columns.${page}`) ?? undefined;
  return (
    <FormDialog
      title={t("list.saveView")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("form.save")}
      onSubmit={(values) => save({ ...values, query: writeSearch({ ...url, cols }).slice(1) })}
    >
      <TextInput
        label={t("list.viewName")}
        description={t("list.viewHelp")}
        required
        data-autofocus
        {...form.getInputProps("name")}
      />
      {mayShare && (
        <Checkbox label={t("list.viewShared")} {...form.getInputProps("shared", { type: "checkbox" })} />
      )}
    </FormDialog>
  );
}

function RemoveList({
  views,
  onClose,
  remove,
}: {
  views: SavedView[];
  onClose: () => void;
  remove: (id: string) => Promise<unknown>;
}) {
  const { t } = useTranslation();
  const [removing, setRemoving] = useState<SavedView | null>(null);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("list.manageViews")}
      closeButtonProps={{ "aria-label": t("form.close") }}
    >
      <Stack gap="xs">
        {views.map((view) => (
          <Group key={view.id} justify="space-between" wrap="nowrap">
            <div>
              <Text>{view.name}</Text>
              {view.shared && (
                <Text size="xs" c="dimmed">
                  {t("list.viewIsShared")}
                </Text>
              )}
            </div>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t("list.removeView", { name: view.name })}
              onClick={() => setRemoving(view)}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ))}
      </Stack>
      <ConfirmAction
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={t("list.removeView", { name: removing?.name })}
        consequence={removing?.shared ? t("list.removeSharedText") : t("list.removeOwnText")}
        confirmLabel={t("list.remove")}
        onConfirm={async () => {
          if (removing) await remove(removing.id);
        }}
      />
    </Modal>
  );
}

export function SavedViews({ page }: { page: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { views, save, remove } = useViews(page);
  const [dialog, setDialog] = useState<"save" | "manage" | null>(null);
  const open = (view: SavedView) =>
    void navigate({ to: ".", search: parseSearch(view.query) as never, resetScroll: false });
  return (
    <>
      <Menu position="bottom-end" width={250}>
        <Menu.Target>
          <Button variant="default" size="sm" leftSection={<IconBookmark size={16} aria-hidden />}>
            {t("list.views")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {views.length === 0 && (
            <Text size="sm" c="dimmed" px={12} py={6}>
              {t("list.noViews")}
            </Text>
          )}
          {views.map((view) => (
            <Menu.Item key={view.id} onClick={() => open(view)}>
              {view.name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => setDialog("save")}>{t("list.saveView")}</Menu.Item>
          {views.length > 0 && (
            <Menu.Item onClick={() => setDialog("manage")}>{t("list.manageViews")}</Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {dialog === "save" && <SaveDialog page={page} save={save} onClose={() => setDialog(null)} />}
      {dialog === "manage" && <RemoveList views={views} remove={remove} onClose={() => setDialog(null)} />}
    </>
  );
}
