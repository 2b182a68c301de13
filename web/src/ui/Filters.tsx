// Search and filters of a list, kept in the URL; what is set is shown as chips that can be taken away.
import { CloseButton, Group, Pill, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useUrlState } from "@/lib/urlState";

/** Milliseconds of quiet before a search is sent. */
const SEARCH_PAUSE = 250;

export function SearchBox({ label, name = "q" }: { label: string; name?: string }) {
  const { t } = useTranslation();
  const [values, set] = useUrlState();
  const inUrl = values[name] ?? "";
  const [text, setText] = useState(inUrl);
  useEffect(() => setText(inUrl), [inUrl]);
  const send = useDebouncedCallback((value: string) => set({ [name]: value || undefined }), SEARCH_PAUSE);
  const change = (value: string) => {
    setText(value);
    send(value);
  };
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={16} />}
      rightSection={
        text ? <CloseButton size="sm" aria-label={t("filter.clear")} onClick={() => change("")} /> : null
      }
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      w={{ base: "100%", xs: 260 }}
    />
  );
}

interface Choice {
  value: string;
  label: string;
}

export function FilterSelect({ name, label, choices }: { name: string; label: string; choices: Choice[] }) {
  const [values, set] = useUrlState();
  return (
    <Select
      aria-label={label}
      placeholder={label}
      data={choices}
      value={values[name] ?? null}
      onChange={(value) => set({ [name]: value ?? undefined })}
      clearable
      searchable={choices.length > 8}
      w={{ base: "calc(50% - 6px)", xs: 170 }}
    />
  );
}

/** A day of the calendar, in the URL as it is written. */
export function DayFilter({ name, label }: { name: string; label: string }) {
  const [values, set] = useUrlState();
  return (
    <TextInput
      type="date"
      aria-label={label}
      title={label}
      value={values[name] ?? ""}
      onChange={(event) => set({ [name]: event.currentTarget.value || undefined })}
      w={{ base: "calc(50% - 6px)", xs: 150 }}
    />
  );
}

export interface Chip {
  name: string;
  label: string;
}

/** The filters that are set, each removable. */
export function FilterChips({ chips }: { chips: Chip[] }) {
  const { t } = useTranslation();
  const [, set] = useUrlState();
  if (chips.length === 0) return null;
  return (
    <Group gap={6}>
      {chips.map((chip) => (
        <Pill
          key={chip.name}
          withRemoveButton
          onRemove={() => set({ [chip.name]: undefined })}
          removeButtonProps={{
            "aria-label": t("filter.remove", { filter: chip.label }),
            tabIndex: 0,
            "aria-hidden": false,
          }}
        >
          {chip.label}
        </Pill>
      ))}
    </Group>
  );
}
