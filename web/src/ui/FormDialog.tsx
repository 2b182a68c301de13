// A form in a dialog: sends once, puts the server's errors where they belong, asks before unsaved text is lost.
import { Alert, Button, Group, Modal, Stack } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { fieldErrors, useProblemText } from "./problem";

interface FormDialogProps<T extends Record<string, unknown>> {
  title: string;
  opened: boolean;
  onClose: () => void;
  form: UseFormReturnType<T>;
  /** Sends the values; the dialog closes when it resolves, unless it resolves to `"stay"`. */
  onSubmit: (values: T) => Promise<unknown>;
  submitLabel: string;
  danger?: boolean;
  size?: string;
  children: ReactNode;
}

export function FormDialog<T extends Record<string, unknown>>(props: FormDialogProps<T>) {
  const { title, opened, onClose, form, onSubmit, submitLabel, danger, size = "md", children } = props;
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);

  const close = () => {
    if (form.isDirty() && !busy && !window.confirm(t("form.discard"))) return;
    setFailed(null);
    onClose();
  };

  const submit = form.onSubmit(async (values) => {
    setBusy(true);
    setFailed(null);
    try {
      if ((await onSubmit(values)) !== "stay") onClose();
    } catch (error) {
      if (!fieldErrors(error, form).onFields) setFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  });

  return (
    <Modal
      opened={opened}
      onClose={close}
      title={title}
      size={size}
      closeButtonProps={{ "aria-label": t("form.close") }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {children}
          {failed && (
            <Alert color="red" variant="light" role="alert">
              {failed}
            </Alert>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t("form.cancel")}
            </Button>
            <Button type="submit" loading={busy} color={danger ? "red" : undefined}>
              {submitLabel}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
