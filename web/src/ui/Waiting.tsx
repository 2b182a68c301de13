// What stands where rows will come.
import { Paper, Skeleton, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

const SKELETON_ROWS = 6;

export function Waiting({ rows = SKELETON_ROWS }: { rows?: number }) {
  const { t } = useTranslation();
  return (
    <Paper>
      <Stack gap={10} p="md" aria-busy="true" aria-label={t("table.loading")}>
        {Array.from({ length: rows }, (_, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of a skeleton are all alike
          <Skeleton key={row} height={22} />
        ))}
      </Stack>
    </Paper>
  );
}
