// What a rule or a webhook is about, by ticking.
import { Checkbox, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useHappeningKinds } from "./queries";

/** The locale's name of a kind: `fault.opened` is kept under `fault_opened`. */
export const kindKey = (kind: string) => `alert.kind.${kind.replace(".", "_")}`;

interface KindChoiceProps {
  value: string[];
  onChange: (kinds: string[]) => void;
  error?: React.ReactNode;
}

export function KindChoice({ value, onChange, error }: KindChoiceProps) {
  const { t } = useTranslation();
  const kinds = useHappeningKinds();
  return (
    <Checkbox.Group label={t("alert.kinds")} required value={value} onChange={onChange} error={error}>
      <Stack gap={6} mt={4}>
        {kinds.map((kind) => (
          <Checkbox key={kind} value={kind} label={t(kindKey(kind))} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
