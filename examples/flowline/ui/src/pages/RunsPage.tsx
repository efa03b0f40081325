import { useCallback, useState } from "react";
import type { Client } from "../api/client";
import type { State } from "../api/types";
import { RunLogs } from "../components/RunLogs";
import { RunTable } from "../components/RunTable";
import { StateFilter } from "../components/StateFilter";
import { usePolled } from "../polling";

const POLL_MILLISECONDS = 2000;

export function RunsPage({ client }: { client: Client }) {
  const [states, setStates] = useState<State[]>([]);
  const [selected, setSelected] = useState<string>();
  const load = useCallback(() => client.runs({ states }), [client, states]);
  const { value: runs, error } = usePolled(load, POLL_MILLISECONDS);

  return (
    <main>
      <h1>Runs</h1>
      <StateFilter chosen={states} onChange={setStates} />
      {error && <p role="alert">{error}</p>}
      {runs && <RunTable runs={runs} selected={selected} onSelect={setSelected} />}
      {selected && <RunLogs client={client} runId={selected} />}
    </main>
  );
}
