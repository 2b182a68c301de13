import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keys } from "./keys";
import { Gatherer, patch, touched } from "./live";
import type { LiveEvent } from "./types";

const event = (change: Partial<LiveEvent>): LiveEvent => ({
  id: 1,
  at: "2026-11-21T14:00:00Z",
  organisation: "org",
  site: null,
  station: null,
  type: "station",
  ...change,
});

describe("touched", () => {
  it("names one station precisely and lists later", () => {
    const found = touched(event({ type: "connection", station: "st-1", online: true }));
    expect(found.soon).toEqual([keys.station("st-1")]);
    expect(found.later).toContainEqual(keys.stationLists);
    expect(found.later).toContainEqual(keys.overview);
  });
  it("does not refetch stations for a message in the log", () => {
    const found = touched(event({ type: "message", station: "st-1" }));
    expect(found).toEqual({ soon: [], later: [keys.messages("st-1")] });
  });
  it("reaches a session and the plug it is on", () => {
    const found = touched(event({ type: "session", station: "st-1", session: "se-1" }));
    expect(found.soon).toEqual([keys.session("se-1"), keys.station("st-1")]);
  });
  it("ignores kinds it does not know", () => {
    expect(touched(event({ type: "tomorrow" as never }))).toEqual({ soon: [], later: [] });
  });
});

describe("patch", () => {
  it("shows a station going offline at once, and invents no station", () => {
    const client = new QueryClient();
    client.setQueryData(keys.station("st-1"), { id: "st-1", online: true, online_since: "x" });
    patch(client, event({ type: "connection", station: "st-1", online: false }));
    patch(client, event({ type: "connection", station: "st-2", online: true }));
    expect(client.getQueryData(keys.station("st-1"))).toMatchObject({ online: false, online_since: null });
    expect(client.getQueryData(keys.station("st-2"))).toBeUndefined();
  });
});

describe("Gatherer", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("makes a burst of a thousand one refetch of each thing", () => {
    const client = new QueryClient();
    const asked = vi.spyOn(client, "invalidateQueries").mockResolvedValue();
    const gatherer = new Gatherer(client, 500);
    for (let each = 0; each < 1_000; each += 1) gatherer.add([keys.overview, keys.station(`st-${each % 2}`)]);
    expect(asked).not.toHaveBeenCalled();
    vi.advanceTimersByTime(500);
    expect(asked).toHaveBeenCalledTimes(3);
  });
  it("does not wait for ever while events keep coming", () => {
    const client = new QueryClient();
    const asked = vi.spyOn(client, "invalidateQueries").mockResolvedValue();
    const gatherer = new Gatherer(client, 500);
    for (let each = 0; each < 20; each += 1) {
      gatherer.add([keys.overview]);
      vi.advanceTimersByTime(100);
    }
    expect(asked.mock.calls.length).toBeGreaterThanOrEqual(3);
  });
  it("is quiet once stopped", () => {
    const client = new QueryClient();
    const asked = vi.spyOn(client, "invalidateQueries").mockResolvedValue();
    const gatherer = new Gatherer(client, 500);
    gatherer.add([keys.overview]);
    gatherer.stop();
    vi.advanceTimersByTime(1_000);
    expect(asked).not.toHaveBeenCalled();
  });
});
