// Member discounts: who pays less, where, and how much.
import { Button, Group, SegmentedControl, Select, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconDiscount2, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { MemberDiscount, Places } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { currencies } from "@/lib/zones";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { DriverChoices, FleetChoice, fleetValue, GroupChoices, PlacesField } from "@/ui/choices";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { FormDialog } from "@/ui/FormDialog";
import { PlacesText } from "@/ui/PlacesText";
import { notifyDone } from "@/ui/problem";
import { ToneBadge } from "@/ui/StatusBadge";
import { Money, Outside, useLocale } from "@/ui/Values";
import { discountsOptions, useFleetWrites } from "./queries";
import { RowMenu } from "./RowMenu";

const EVERYWHERE: Places = { everywhere: true, site_ids: [], station_ids: [] };
/** As it is typed here, with a point as the API has it. */
const plain = (text: string) => text.trim().replace(",", ".");

interface FormProps {
  discount?: MemberDiscount;
  fleet: string | undefined;
  onClose: () => void;
}

function DiscountForm({ discount, fleet, onClose }: FormProps) {
  const { t } = useTranslation();
  const { saveDiscount } = useFleetWrites();
  const form = useForm({
    initialValues: {
      alias: discount?.alias ?? "",
      fleet: discount ? (discount.fleet ?? "none") : (fleet ?? "none"),
      kind: discount?.energy_price ? "price" : "percent",
      percent: discount?.percent_off?.replace(/\.?0+$/, "") ?? "",
      price: discount?.energy_price ?? "",
      currency: discount?.currency ?? "EUR",
      places: discount?.places ?? EVERYWHERE,
      active: discount?.active ?? true,
      driver_ids: discount?.drivers.map((each) => each.id) ?? [],
      group_ids: discount?.groups.map((each) => each.id) ?? [],
    },
    validate: {
      alias: (value) => (value.trim() ? null : t("form.required")),
      percent: (value, all) => {
        const number = Number(plain(value));
        return all.kind === "percent" && !(number > 0 && number <= 100) ? t("discount.percentWrong") : null;
      },
      price: (value, all) =>
        all.kind === "price" && !/^\d+(\.\d{1,6})?$/.test(plain(value)) ? t("discount.priceWrong") : null,
    },
  });
  const { kind } = form.values;
  return (
    <FormDialog
      title={t(discount ? "discount.edit" : "discount.add")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t(discount ? "form.save" : "discount.add")}
      size="lg"
      onSubmit={async ({ percent, price, currency, ...values }) => {
        await saveDiscount(discount?.id, {
          ...values,
          fleet: fleetValue(values.fleet),
          percent_off: kind === "percent" ? plain(percent) : null,
          energy_price: kind === "price" ? plain(price) : null,
          currency: kind === "price" ? currency : null,
        });
        notifyDone(t("form.saved"));
      }}
    >
      <TextInput label={t("discount.alias")} required data-autofocus {...form.getInputProps("alias")} />
      <SegmentedControl
        aria-label={t("discount.kind")}
        data={[
          { value: "percent", label: t("discount.percent") },
          { value: "price", label: t("discount.price") },
        ]}
        {...form.getInputProps("kind")}
      />
      {kind === "percent" ? (
        <TextInput
          label={t("discount.percentOff")}
          description={t("discount.percentHelp")}
          inputMode="decimal"
          rightSection="%"
          {...form.getInputProps("percent")}
        />
      ) : (
        <Group grow align="flex-start">
          <TextInput
            label={t("discount.priceOf")}
            description={t("discount.priceHelp")}
            inputMode="decimal"
            {...form.getInputProps("price")}
          />
          <Select
            label={t("site.currency")}
            description={t("discount.currencyHelp")}
            data={currencies()}
            searchable
            allowDeselect={false}
            {...form.getInputProps("currency")}
          />
        </Group>
      )}
      <GroupChoices label={t("discount.groups")} {...form.getInputProps("group_ids")} />
      <DriverChoices
        label={t("discount.drivers")}
        known={discount?.drivers.map((each) => ({ value: each.id, label: each.name })) ?? []}
        {...form.getInputProps("driver_ids")}
      />
      <Text fw={600}>{t("discount.places")}</Text>
      <PlacesField
        label={t("discount.places")}
        value={form.values.places}
        onChange={(places) => form.setFieldValue("places", places)}
      />
      <FleetChoice {...form.getInputProps("fleet")} />
      <Switch label={t("discount.active")} {...form.getInputProps("active", { type: "checkbox" })} />
    </FormDialog>
  );
}

function HowMuch({ of }: { of: MemberDiscount }) {
  const { t } = useTranslation();
  const locale = useLocale();
  if (of.energy_price && of.currency) {
    return (
      <>
        <Money cost={{ amount: of.energy_price, currency: of.currency }} /> / kWh
      </>
    );
  }
  const percent = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(Number(of.percent_off));
  return t("discount.off", { percent });
}

export function DiscountList() {
  const { t } = useTranslation();
  const [url] = useUrlState();
  const mayEdit = useMay("drivers");
  const { remove } = useFleetWrites();
  const { data, error, isPending, refetch } = useQuery(discountsOptions(url.fleet));
  const [editing, setEditing] = useState<MemberDiscount | "new" | null>(null);
  const [removing, setRemoving] = useState<MemberDiscount | null>(null);
  const items = data?.items ?? [];
  const add = mayEdit && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setEditing("new")}>
      {t("discount.add")}
    </Button>
  );
  return (
    <Stack gap="sm">
      {items.length > 0 && <Group justify="flex-end">{add}</Group>}
      <DataTable<MemberDiscount>
        list={{ items, loading: isPending, error, retry: () => void refetch() }}
        label={t("discount.title")}
        columns={[
          {
            accessor: "alias",
            title: t("discount.alias"),
            render: (row) => (
              <span style={{ fontWeight: 550 }}>
                <Outside line text={row.alias} />
              </span>
            ),
          },
          { accessor: "percent_off", title: t("discount.much"), render: (row) => <HowMuch of={row} /> },
          {
            accessor: "drivers",
            title: t("discount.members"),
            render: (row) =>
              [
                ...row.groups.map((each) => each.name),
                ...(row.drivers.length > 2
                  ? [t("discount.driverCount", { count: row.drivers.length })]
                  : row.drivers.map((each) => each.name)),
              ].join(", ") || t("discount.nobody"),
          },
          {
            accessor: "places",
            title: t("discount.places"),
            render: (row) => <PlacesText places={row.places} />,
          },
          {
            accessor: "fleet",
            title: t("fleetKind.label"),
            render: (row) => t(`fleetKind.${row.fleet ?? "none"}`),
          },
          {
            accessor: "active",
            title: t("discount.state"),
            render: (row) => (
              <ToneBadge tone={row.active ? "green" : "grey"}>
                {t(row.active ? "discount.isActive" : "discount.isPaused")}
              </ToneBadge>
            ),
          },
          {
            accessor: "actions",
            title: <span className="visually-hidden">{t("table.actions")}</span>,
            textAlign: "right",
            hidden: !mayEdit,
            render: (row) => (
              <RowMenu name={row.alias} onEdit={() => setEditing(row)} onRemove={() => setRemoving(row)} />
            ),
          },
        ]}
        empty={
          <EmptyState
            icon={IconDiscount2}
            title={t("discount.none")}
            text={t("discount.noneText")}
            action={add || undefined}
          />
        }
      />
      {editing && (
        <DiscountForm
          {...(editing === "new" ? {} : { discount: editing })}
          fleet={url.fleet}
          onClose={() => setEditing(null)}
        />
      )}
      <ConfirmAction
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={t("discount.remove")}
        consequence={t("discount.removeText", { alias: removing?.alias })}
        confirmLabel={t("discount.remove")}
        onConfirm={async () => {
          if (removing) await remove("member-discounts", removing.id);
        }}
      />
    </Stack>
  );
}
