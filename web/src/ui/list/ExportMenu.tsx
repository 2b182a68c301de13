// A list as a file: the rows that the filters leave, in the format one needs.
import { Button, Menu } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { download } from "@/api/download";
import type { Query } from "@/api/http";
import { notifyFailed, useProblemText } from "../problem";

const FORMATS = ["csv", "xlsx", "pdf"] as const;
export type Format = (typeof FORMATS)[number];

interface ExportMenuProps {
  /** The route that takes `format` beside the filters. */
  route: string;
  query?: Query;
  formats?: readonly Format[];
  label?: string;
}

export function ExportMenu({ route, query = {}, formats = FORMATS, label }: ExportMenuProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  const fetchFile = async (format: Format) => {
    setBusy(true);
    try {
      await download(route, { ...query, format });
    } catch (error) {
      notifyFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <Button
          variant="default"
          size="sm"
          loading={busy}
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          {label ?? t("list.export")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {formats.map((format) => (
          <Menu.Item key={format} onClick={() => void fetchFile(format)}>
            {t(`list.format.${format}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
