import { useCallback } from "react";
import type { Client } from "../api/client";
import { usePolled } from "../polling";

interface Props {
  client: Client;
  runId: string;
}

const POLL_MILLISECONDS = 1000;

/** Python's logging levels, the highest first. */
const LEVELS: readonly (readonly [number, string])[] = [
  [50, "critical"],
  [40, "error"],
  [30, "warning"],
  [20, "info"],
  [0, "debug"],
];

export function RunLogs({ client, runId }: Props) {
  const load = useCallback(() => client.logs(runId), [client, runId]);
  const { value: lines, error } = usePolled(load, POLL_MILLISECONDS);

  return (
    <section aria-label="Logs">
      {error && <p role="alert">{error}</p>}
      {lines?.length === 0 && <p>Nothing has been logged.</p>}
      <ol className="logs">
        {lines?.map((line) => (
          <li key={line.id} className={`log-${levelName(line.level)}`}>
            <time dateTime={line.logged_at}>{new Date(line.logged_at).toLocaleTimeString()}</time>{" "}
            {line.message}
          </li>
        ))}
      </ol>
    </section>
  );
}

export function levelName(level: number): string {
  return LEVELS.find(([least]) => level >= least)?.[1] ?? "debug";
}
