// What concerns every page: the connection is gone, or the server cannot keep what it is told.

import { useNetwork } from "@mantine/hooks";
import { IconCloudOff, IconDatabaseX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { liveState } from "@/api/live";
import { overviewOptions } from "@/api/lookups";
import classes from "./Shell.module.css";

/** Milliseconds without the stream before it is worth a banner: a restart of the server is shorter. */
const LOST_AFTER = 6_000;

function useLost(): boolean {
  const state = useSyncExternalStore(liveState.watch, liveState.read);
  const [lost, setLost] = useState(false);
  useEffect(() => {
    if (state !== "reconnecting") {
      setLost(false);
      return;
    }
    const timer = setTimeout(() => setLost(true), LOST_AFTER);
    return () => clearTimeout(timer);
  }, [state]);
  return lost;
}

export function Banners() {
  const { t } = useTranslation();
  const { online } = useNetwork();
  const lost = useLost();
  const { data } = useQuery(overviewOptions);
  const storage = data?.storage;
  return (
    <div role="alert">
      {storage && !storage.ok && (
        <div className={classes.banner} data-tone="red">
          <IconDatabaseX size={18} aria-hidden style={{ flex: "none" }} />
          <span>{t("banner.storage", { problem: storage.problem ?? t("banner.storageUnknown") })}</span>
        </div>
      )}
      {(!online || lost) && (
        <div className={classes.banner} data-tone="amber">
          <IconCloudOff size={18} aria-hidden style={{ flex: "none" }} />
          <span>{t(online ? "banner.lost" : "banner.offline")}</span>
        </div>
      )}
    </div>
  );
}
