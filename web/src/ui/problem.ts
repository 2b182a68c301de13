// Says a problem in the reader's words and puts the server's field errors onto the fields of a form.
import { notifications } from "@mantine/notifications";
import { useCallback } from "react";
import { getI18n, useTranslation } from "react-i18next";
import { Problem } from "@/api/http";

export function useProblemText(): (error: unknown) => string {
  const { t } = useTranslation();
  return useCallback(
    (error: unknown) => {
      if (error instanceof Problem) {
        if (error.status === 0) return t("failure.unreachable");
        if (error.status === 429) return t("failure.tooMany");
        return error.message || error.title;
      }
      return error instanceof Error ? error.message : String(error);
    },
    [t],
  );
}

interface ErrorSetter {
  setErrors: (errors: Record<string, string>) => void;
  getValues: () => Record<string, unknown>;
}

/** Whether a form has such a field, however deep. */
function has(values: unknown, path: string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return true;
  const inside = typeof values === "object" && values !== null && first in values;
  return inside && has((values as Record<string, unknown>)[first], rest);
}

/** Field errors go onto their fields; what is left over is returned as one text for the form. */
export function fieldErrors(error: unknown, form: ErrorSetter): { onFields: boolean } {
  if (!(error instanceof Problem) || error.fields.length === 0) return { onFields: false };
  const known = form.getValues();
  const errors: Record<string, string> = {};
  for (const { field, message } of error.fields) {
    const name = field.replace(/^\//, "").replaceAll("/", ".");
    if (has(known, name.split("."))) errors[name] = message;
  }
  form.setErrors(errors);
  return { onFields: Object.keys(errors).length === error.fields.length };
}

const closing = () => ({ "aria-label": getI18n().t("form.close") });

export function notifyDone(message: string): void {
  notifications.show({ message, color: "green", autoClose: 4_000, closeButtonProps: closing() });
}

export function notifyFailed(message: string): void {
  notifications.show({ message, color: "red", autoClose: 8_000, closeButtonProps: closing() });
}
