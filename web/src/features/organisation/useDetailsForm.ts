// A form over the organisation's details, and the way to send it.
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Profile } from "@/api/types";
import { fieldErrors, notifyDone, useProblemText } from "@/ui/problem";
import { useProfileWrites } from "./queries";

export function useDetailsForm(profile: Profile) {
  const { t } = useTranslation();
  const { edit } = useProfileWrites();
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const form = useForm({ initialValues: { details: profile.details } });
  /** Whether it was taken. */
  const send = async (): Promise<boolean> => {
    setBusy(true);
    setFailed(null);
    try {
      await edit({ details: form.values.details });
      form.resetDirty();
      notifyDone(t("form.saved"));
      return true;
    } catch (error) {
      if (!fieldErrors(error, form).onFields) setFailed(problemText(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { form, send, busy, failed };
}
