// Forms for fleet cards: order, put into use, replace, note what was charged.
import { Group, NumberInput, SegmentedControl, Select, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { FleetCard } from "@/api/types";
import { onTheWall, wallTime } from "@/lib/days";
import { currencies } from "@/lib/zones";
import { DriverChoice } from "@/ui/choices";
import { FormDialog } from "@/ui/FormDialog";
import { notifyDone } from "@/ui/problem";
import { useZone } from "@/ui/zone";
import { useCardWrites } from "./queries";

const plain = (text: string) => text.trim().replace(",", ".");
const isAmount = (text: string) => /^\d+(\.\d{1,3})?$/.test(plain(text));

function Delivery({ form }: { form: ReturnType<typeof useForm<{ to: string; address: string }>> }) {
  const { t } = useTranslation();
  return (
    <>
      <SegmentedControl
        aria-label={t("card.delivery")}
        data={[
          { value: "office", label: t("card.office") },
          { value: "home", label: t("card.home") },
        ]}
        {...form.getInputProps("to")}
      />
      <Textarea
        label={t("card.address")}
        description={t("card.addressHelp")}
        autosize
        minRows={2}
        {...form.getInputProps("address")}
      />
    </>
  );
}

export function OrderCard({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { order } = useCardWrites();
  const form = useForm({
    initialValues: {
      driver_id: null as string | null,
      to: "office",
      address: "",
      fee: "0.00",
      currency: "EUR",
    },
    validate: {
      driver_id: (value) => (value ? null : t("form.required")),
      fee: (value) => (isAmount(value) ? null : t("card.feeWrong")),
    },
  });
  return (
    <FormDialog
      title={t("card.order")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("card.order")}
      onSubmit={async (values) => {
        await order({
          driver_id: values.driver_id ?? "",
          to_home: values.to === "home",
          address: values.address.trim() || null,
          fee: plain(values.fee),
          currency: values.currency,
        });
        notifyDone(t("card.ordered"));
      }}
    >
      <DriverChoice label={t("card.driver")} {...form.getInputProps("driver_id")} />
      <Delivery form={form as never} />
      <Group grow align="flex-start">
        <TextInput
          label={t("card.fee")}
          description={t("card.feeHelp")}
          inputMode="decimal"
          {...form.getInputProps("fee")}
        />
        <Select
          label={t("site.currency")}
          description={t("card.currencyHelp")}
          data={currencies()}
          searchable
          allowDeselect={false}
          {...form.getInputProps("currency")}
        />
      </Group>
    </FormDialog>
  );
}

export function ActivateCard({ card, onClose }: { card: FleetCard; onClose: () => void }) {
  const { t } = useTranslation();
  const { activate } = useCardWrites();
  const form = useForm({
    initialValues: { number: "" },
    validate: { number: (value) => (value.trim() ? null : t("form.required")) },
  });
  return (
    <FormDialog
      title={t("card.activate")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("card.activate")}
      onSubmit={async ({ number }) => {
        await activate(card.id, number.trim());
        notifyDone(t("card.activated"));
      }}
    >
      <TextInput
        label={t("card.number")}
        description={t("card.numberHelp")}
        required
        data-autofocus
        {...form.getInputProps("number")}
      />
    </FormDialog>
  );
}

export function ReplaceCard({ card, onClose }: { card: FleetCard; onClose: () => void }) {
  const { t } = useTranslation();
  const { replace } = useCardWrites();
  const form = useForm({ initialValues: { to: card.delivery, address: card.address } });
  return (
    <FormDialog
      title={t("card.replace")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("card.replace")}
      onSubmit={async ({ to, address }) => {
        await replace(card.id, to === "home", address.trim());
        notifyDone(t("card.replaced"));
      }}
    >
      <p style={{ margin: 0 }}>{t("card.replaceText", { name: card.driver_name })}</p>
      <Delivery form={form as never} />
    </FormDialog>
  );
}

export function NoteUse({ card, onClose }: { card: FleetCard; onClose: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const { noteUse } = useCardWrites();
  const form = useForm({
    initialValues: {
      reference: "",
      at: onTheWall(new Date().toISOString(), zone),
      place: "",
      kwh: "" as string | number,
      amount: "",
    },
    validate: {
      reference: (value) => (value.trim() ? null : t("form.required")),
      place: (value) => (value.trim() ? null : t("form.required")),
      kwh: (value) => (Number(value) > 0 ? null : t("card.kwhWrong")),
      amount: (value) => (isAmount(value) ? null : t("card.feeWrong")),
    },
  });
  return (
    <FormDialog
      title={t("card.noteUse")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("card.noteUse")}
      onSubmit={async (values) => {
        await noteUse(card.id, {
          reference: values.reference.trim(),
          at: wallTime(values.at, zone) ?? new Date().toISOString(),
          place: values.place.trim(),
          energy_wh: Math.round(Number(values.kwh) * 1_000),
          amount: plain(values.amount),
        });
        notifyDone(t("form.saved"));
      }}
    >
      <TextInput
        label={t("card.reference")}
        description={t("card.referenceHelp")}
        data-autofocus
        {...form.getInputProps("reference")}
      />
      <TextInput type="datetime-local" label={t("card.at", { zone })} {...form.getInputProps("at")} />
      <TextInput label={t("card.place")} {...form.getInputProps("place")} />
      <Group grow align="flex-start">
        <NumberInput
          label={t("card.energy")}
          suffix=" kWh"
          min={0}
          decimalScale={3}
          {...form.getInputProps("kwh")}
        />
        <TextInput
          label={t("card.cost")}
          inputMode="decimal"
          rightSection={card.currency}
          rightSectionWidth={52}
          {...form.getInputProps("amount")}
        />
      </Group>
    </FormDialog>
  );
}
