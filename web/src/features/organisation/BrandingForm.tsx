// How the application and its login page look for this organisation.
import { Alert, Button, ColorInput, Group, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Profile } from "@/api/types";
import { contrastWithWhite, isColour, readable } from "@/lib/palette";
import { CopyLine } from "@/ui/Copy";
import { Panel } from "@/ui/Panel";
import { fieldErrors, notifyDone, useProblemText } from "@/ui/problem";
import { useProfileWrites } from "./queries";

/** WCAG AA for text. */
const CONTRAST = 4.5;

export function BrandingForm({ profile }: { profile: Profile }) {
  const { t } = useTranslation();
  const may = useMay("organisation") && profile.packages.includes("white_label");
  const { edit } = useProfileWrites();
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const form = useForm({
    initialValues: { branding: profile.branding, slug: profile.slug ?? "" },
    validate: {
      branding: { colour: (value) => (value === "" || isColour(value) ? null : t("org.colourHelp")) },
    },
  });
  const { colour } = form.values.branding;
  const darkened = isColour(colour) && contrastWithWhite(colour) < CONTRAST ? readable(colour) : null;
  const send = form.onSubmit(async ({ branding, slug }) => {
    setBusy(true);
    setFailed(null);
    try {
      await edit({ branding, slug: slug.trim() || null });
      form.resetDirty();
      notifyDone(t("form.saved"));
    } catch (error) {
      if (!fieldErrors(error, form).onFields) setFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  });
  return (
    <Panel title={t("org.branding")}>
      {!profile.packages.includes("white_label") && (
        <Alert color="gray" variant="light" mb="sm">
          {t("org.whiteLabelOff")}
        </Alert>
      )}
      <form onSubmit={send} noValidate>
        <fieldset disabled={!may} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
          <Stack maw={560}>
            <TextInput
              label={t("org.productName")}
              description={t("org.productNameHelp")}
              placeholder="Forecourt"
              {...form.getInputProps("branding.product_name")}
            />
            <ColorInput
              label={t("org.colour")}
              description={t("org.colourHelp")}
              placeholder="#0d6476"
              format="hex"
              swatches={["#0d6476", "#1f6feb", "#7c3aed", "#b4232f", "#9a5b00", "#1d7a3e"]}
              eyeDropperButtonProps={{ "aria-label": t("org.pickColour") }}
              {...form.getInputProps("branding.colour")}
            />
            {darkened && (
              <Text size="sm" c="dimmed" role="status">
                {t("org.darkened", { colour: darkened })}
              </Text>
            )}
            <TextInput
              label={t("org.slug")}
              description={t("org.slugHelp")}
              placeholder="fjord-charging"
              spellCheck={false}
              {...form.getInputProps("slug")}
            />
            {profile.slug && (
              <CopyLine label={t("org.loginPage")} text={`${window.location.origin}/at/${profile.slug}`} />
            )}
            <Textarea label={t("org.welcome")} autosize {...form.getInputProps("branding.welcome")} />
            <TextInput
              label={t("org.help")}
              description={t("org.helpHelp")}
              placeholder="+45 12 34 56 78"
              {...form.getInputProps("branding.help")}
            />
            {failed && (
              <Alert color="red" variant="light" role="alert">
                {failed}
              </Alert>
            )}
            {may && (
              <Group>
                <Button type="submit" loading={busy} disabled={!form.isDirty()}>
                  {t("form.save")}
                </Button>
              </Group>
            )}
          </Stack>
        </fieldset>
      </form>
    </Panel>
  );
}
