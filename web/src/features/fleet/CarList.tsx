// Cars: by plate, with whom they belong to.
import { Button, Group, Pill, Stack, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconCar, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Car } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { DriverChoice, FleetChoice, fleetValue } from "@/ui/choices";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { SearchBox } from "@/ui/Filters";
import { FormDialog } from "@/ui/FormDialog";
import { RouteLink } from "@/ui/Links";
import { ExportMenu } from "@/ui/list/ExportMenu";
import { notifyDone } from "@/ui/problem";
import { Absent, Count, Outside } from "@/ui/Values";
import { useCars, useFleetWrites } from "./queries";
import { RowMenu } from "./RowMenu";

function CarForm({ car, fleet, onClose }: { car?: Car; fleet: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const { saveCar } = useFleetWrites();
  const form = useForm({
    initialValues: {
      plate: car?.plate ?? "",
      brand: car?.brand ?? "",
      model: car?.model ?? "",
      fleet: car ? (car.fleet ?? "none") : (fleet ?? "none"),
      driver_id: car?.driver_id ?? null,
      notes: car?.notes ?? "",
      tags: car?.tags ?? ([] as string[]),
    },
    validate: { plate: (value) => (value.trim() ? null : t("form.required")) },
  });
  return (
    <FormDialog
      title={t(car ? "car.edit" : "car.add")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t(car ? "form.save" : "car.add")}
      onSubmit={async (values) => {
        const notes = values.notes.trim() || null;
        await saveCar(car?.id, { ...values, notes, fleet: fleetValue(values.fleet) });
        notifyDone(t("form.saved"));
      }}
    >
      <TextInput label={t("car.plate")} required data-autofocus {...form.getInputProps("plate")} />
      <Group grow>
        <TextInput label={t("car.brand")} {...form.getInputProps("brand")} />
        <TextInput label={t("car.model")} {...form.getInputProps("model")} />
      </Group>
      <FleetChoice {...form.getInputProps("fleet")} />
      <DriverChoice
        label={t("car.driver")}
        fleet={form.values.fleet}
        known={car?.driver_id ? { value: car.driver_id, label: car.driver_name ?? car.driver_id } : null}
        {...form.getInputProps("driver_id")}
      />
      <TagsInput label={t("car.tags")} description={t("car.tagsHelp")} {...form.getInputProps("tags")} />
      <Textarea label={t("car.notes")} autosize minRows={2} {...form.getInputProps("notes")} />
    </FormDialog>
  );
}

export function CarList() {
  const { t } = useTranslation();
  const [url] = useUrlState();
  const mayEdit = useMay("drivers");
  const mayExport = useMay("export");
  const { remove } = useFleetWrites();
  const filter = { q: url.q, fleet: url.fleet };
  const list = useCars(filter);
  const [editing, setEditing] = useState<Car | "new" | null>(null);
  const [removing, setRemoving] = useState<Car | null>(null);
  const add = mayEdit && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setEditing("new")}>
      {t("car.add")}
    </Button>
  );
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <SearchBox label={t("car.search")} />
        <Group gap="xs" ml="auto">
          {mayExport && <ExportMenu route="/cars/export" query={filter} />}
          {list.items.length > 0 && add}
        </Group>
      </Group>
      <DataTable<Car>
        list={list}
        label={t("car.title")}
        columns={[
          {
            accessor: "plate",
            title: t("car.plate"),
            render: (row) => (
              <span style={{ fontWeight: 550 }}>
                <Outside line text={row.plate} />
              </span>
            ),
          },
          {
            accessor: "brand",
            title: t("car.brandModel"),
            render: (row) => <Outside line text={`${row.brand} ${row.model}`.trim()} />,
          },
          {
            accessor: "driver_name",
            title: t("car.driver"),
            render: (row) =>
              row.driver_id ? (
                <RouteLink to="/drivers/$id" params={{ id: row.driver_id }}>
                  <Outside line text={row.driver_name} />
                </RouteLink>
              ) : (
                <Absent />
              ),
          },
          {
            accessor: "fleet",
            title: t("fleetKind.label"),
            render: (row) => (row.fleet ? t(`fleetKind.${row.fleet}`) : <Absent />),
          },
          {
            accessor: "tags",
            title: t("car.tags"),
            render: (row) => (
              <Group gap={4}>
                {row.tags.map((tag) => (
                  <Pill key={tag}>{tag}</Pill>
                ))}
              </Group>
            ),
          },
          {
            accessor: "keys",
            title: t("driver.keys"),
            textAlign: "right",
            render: (row) => <Count value={row.keys} />,
          },
          {
            accessor: "actions",
            title: <span className="visually-hidden">{t("table.actions")}</span>,
            textAlign: "right",
            hidden: !mayEdit,
            render: (row) => (
              <RowMenu name={row.plate} onEdit={() => setEditing(row)} onRemove={() => setRemoving(row)} />
            ),
          },
        ]}
        empty={
          url.q ? (
            <EmptyState icon={IconCar} title={t("car.noneMatch")} />
          ) : (
            <EmptyState
              icon={IconCar}
              title={t("car.none")}
              text={t("car.noneText")}
              action={add || undefined}
            />
          )
        }
      />
      {editing && (
        <CarForm
          {...(editing === "new" ? {} : { car: editing })}
          fleet={url.fleet}
          onClose={() => setEditing(null)}
        />
      )}
      <ConfirmAction
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={t("car.remove")}
        consequence={t("car.removeText", { plate: removing?.plate })}
        confirmLabel={t("car.remove")}
        onConfirm={async () => {
          if (removing) await remove("cars", removing.id);
        }}
      />
    </Stack>
  );
}
