// A current with its unit, and how full a circuit is.
import { Group, Progress, Text, Tooltip } from "@mantine/core";
import { Absent, useLocale } from "@/ui/Values";

export function Amps({ ma }: { ma: number | null | undefined }) {
  const locale = useLocale();
  if (ma === null || ma === undefined) return <Absent />;
  const text = (ma / 1_000).toLocaleString(locale, { maximumFractionDigits: 1 });
  return <span className="tabular">{`${text} A`}</span>;
}

interface FillProps {
  /** Milliamperes: of the building, drawn by chargers, allowed to them, and what the fuse holds. */
  load: number;
  drawn: number;
  given: number;
  capacity: number;
  label: string;
}

export function Fill({ load, drawn, given, capacity, label }: FillProps) {
  const share = (part: number) => (capacity > 0 ? Math.min(100, (part / capacity) * 100) : 0);
  const spare = Math.max(0, given - drawn);
  return (
    <Tooltip label={label} events={{ hover: true, focus: true, touch: true }} multiline maw={320}>
      <Progress.Root size="lg" tabIndex={0} role="img" aria-label={label}>
        <Progress.Section value={share(load)} color="gray.6" withAria={false} />
        <Progress.Section value={share(drawn)} color="teal.6" withAria={false} />
        <Progress.Section value={share(spare)} color="teal.2" withAria={false} />
      </Progress.Root>
    </Tooltip>
  );
}

export function Legend({ items }: { items: { color: string; text: string }[] }) {
  return (
    <Group gap="md" mt={6}>
      {items.map((item) => (
        <Group key={item.text} gap={6} wrap="nowrap">
          <span
            aria-hidden
            style={{
              width: 10,
              height: 10,
              borderRadius: 2,
              background: `var(--mantine-color-${item.color})`,
            }}
          />
          <Text size="xs" c="dimmed">
            {item.text}
          </Text>
        </Group>
      ))}
    </Group>
  );
}
