// The wizard of a new organisation: who it is, whom to turn to, how it looks; each step is kept when it is left.
import { Alert, Button, Group, Stack, Stepper, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Profile } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { ContactFields, GeneralFields } from "./DetailsFields";
import { LogoPanel } from "./LogoPanel";
import { useDetailsForm } from "./useDetailsForm";

const STEPS = ["general", "contacts", "support", "look"] as const;

export function GettingStarted({ profile }: { profile: Profile }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [url, set] = useUrlState();
  const { form, send, busy, failed } = useDetailsForm(profile);
  const at = Math.max(0, STEPS.indexOf(url.step as (typeof STEPS)[number]));
  const last = at === STEPS.length - 1;
  const leave = async (to: number) => {
    if (form.isDirty() && !(await send())) return;
    if (to >= STEPS.length) await navigate({ to: "/" });
    else set({ step: STEPS[to] });
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void leave(at + 1);
      }}
    >
      <Stack maw={680} gap="lg">
        <Stepper active={at} onStepClick={(step) => void leave(step)} size="sm" wrap={false}>
          {STEPS.map((step) => (
            <Stepper.Step key={step} label={t(`org.step.${step}`)} />
          ))}
        </Stepper>
        <Text c="dimmed">{t(`org.stepText.${STEPS[at]}`)}</Text>
        <Stack gap="sm">
          {STEPS[at] === "general" && <GeneralFields form={form} />}
          {STEPS[at] === "contacts" && (
            <>
              <ContactFields form={form} of="general" />
              <ContactFields form={form} of="finance" />
            </>
          )}
          {STEPS[at] === "support" && (
            <>
              <ContactFields form={form} of="platform_support" />
              <ContactFields form={form} of="driver_support" />
            </>
          )}
          {STEPS[at] === "look" && <LogoPanel profile={profile} />}
        </Stack>
        {failed && (
          <Alert color="red" variant="light" role="alert">
            {failed}
          </Alert>
        )}
        <Group>
          {at > 0 && (
            <Button variant="default" onClick={() => void leave(at - 1)}>
              {t("org.back")}
            </Button>
          )}
          <Button type="submit" loading={busy}>
            {last ? t("org.complete") : t("org.next")}
          </Button>
          {!last && (
            <Button variant="subtle" color="gray" onClick={() => void leave(STEPS.length)}>
              {t("org.later")}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}
