// The form for a charge key: a new one, or one that is changed. Whose it is: a driver, a car or both, or a team.
import { SegmentedControl, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { IdToken } from "@/api/types";
import { dayEnd, onTheWall } from "@/lib/days";
import { CarChoice, DriverChoice, TeamChoice } from "@/ui/choices";
import { FormDialog } from "@/ui/FormDialog";
import { notifyDone } from "@/ui/problem";
import { useZone } from "@/ui/zone";
import { useIdTokenWrites } from "./queries";

export const KINDS = ["rfid", "app", "mac", "emaid", "key_code", "local", "other"];

export interface Holder {
  driver?: { id: string; name: string };
}

interface Props {
  /** None: a new one. */
  token?: IdToken;
  /** Whose a new one is. */
  holder?: Holder;
  onClose: () => void;
}

const known = (id: string | null | undefined, name: string | null | undefined) =>
  id ? { value: id, label: name || id } : null;

/** The last day on which it works. */
function lastDay(token: IdToken | undefined, zone: string): string {
  if (!token?.expires_at) return "";
  return onTheWall(new Date(new Date(token.expires_at).getTime() - 1).toISOString(), zone).slice(0, 10);
}

export function KeyForm({ token, holder, onClose }: Props) {
  const { t } = useTranslation();
  const zone = useZone();
  const { create, change } = useIdTokenWrites();
  const form = useForm({
    initialValues: {
      uid: token?.uid ?? "",
      kind: token?.kind ?? "rfid",
      alias: token?.alias ?? "",
      group: token?.group ?? "",
      expires: lastDay(token, zone),
      whose: token?.team_id ? "team" : "person",
      driver_id: token?.driver_id ?? holder?.driver?.id ?? null,
      car_id: token?.car_id ?? null,
      team_id: token?.team_id ?? null,
    },
    validateInputOnBlur: true,
    validate: { uid: (value) => (value.trim() ? null : t("form.required")) },
  });
  const { whose } = form.values;
  return (
    <FormDialog
      title={t(token ? "key.edit" : "key.add")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t(token ? "form.save" : "key.add")}
      onSubmit={async (values) => {
        const input = {
          kind: values.kind,
          alias: values.alias.trim() || null,
          group: values.group.trim() || null,
          expires_at: dayEnd(values.expires, zone) ?? null,
          driver_id: whose === "person" ? values.driver_id : null,
          car_id: whose === "person" ? values.car_id : null,
          team_id: whose === "team" ? values.team_id : null,
        };
        await (token ? change(token.id, input) : create({ ...input, uid: values.uid.trim() }));
        notifyDone(t("form.saved"));
      }}
    >
      <TextInput
        label={t("key.uid")}
        description={t("key.uidHelp")}
        required
        disabled={Boolean(token)}
        data-autofocus
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps("uid")}
      />
      <Select
        label={t("key.kind")}
        data={KINDS.map((value) => ({ value, label: t(`key.kinds.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps("kind")}
      />
      <TextInput label={t("key.alias")} description={t("key.aliasHelp")} {...form.getInputProps("alias")} />
      <SegmentedControl
        aria-label={t("key.whose")}
        data={[
          { value: "person", label: t("key.ofPerson") },
          { value: "team", label: t("key.ofTeam") },
        ]}
        {...form.getInputProps("whose")}
      />
      {whose === "person" ? (
        <>
          <DriverChoice
            label={t("key.driver")}
            known={
              known(token?.driver_id, token?.driver_name) ?? known(holder?.driver?.id, holder?.driver?.name)
            }
            {...form.getInputProps("driver_id")}
          />
          <CarChoice
            label={t("key.car")}
            known={known(token?.car_id, token?.car_plate)}
            {...form.getInputProps("car_id")}
          />
        </>
      ) : (
        <TeamChoice
          label={t("key.team")}
          description={t("key.teamHelp")}
          known={known(token?.team_id, token?.team_name)}
          {...form.getInputProps("team_id")}
        />
      )}
      <TextInput label={t("key.group")} description={t("key.groupHelp")} {...form.getInputProps("group")} />
      <TextInput
        type="date"
        label={t("key.expires")}
        description={t("key.expiresHelp", { zone })}
        {...form.getInputProps("expires")}
      />
    </FormDialog>
  );
}
