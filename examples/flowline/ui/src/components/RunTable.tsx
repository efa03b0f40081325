import type { Run } from "../api/types";
import { StateBadge } from "./StateBadge";

interface Props {
  runs: readonly Run[];
  selected: string | undefined;
  onSelect: (runId: string) => void;
}

export function RunTable({ runs, selected, onSelect }: Props) {
  if (runs.length === 0) {
    return <p>No runs.</p>;
  }
  return (
    <table>
      <thead>
        <tr>
          <th>Run</th>
          <th>State</th>
          <th>Due</th>
          <th>Took</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.id} aria-selected={run.id === selected}>
            <td>
              <button type="button" onClick={() => onSelect(run.id)}>
                {run.name}
              </button>
            </td>
            <td>
              <StateBadge state={run.state} />
            </td>
            <td>
              <time dateTime={run.expected_start_at}>
                {new Date(run.expected_start_at).toLocaleString()}
              </time>
            </td>
            <td>{duration(run)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How long a run took, in seconds, or a dash for one that has not begun and ended. */
export function duration({ started_at, ended_at }: Pick<Run, "started_at" | "ended_at">): string {
  if (started_at === null || ended_at === null) {
    return "–";
  }
  return `${((Date.parse(ended_at) - Date.parse(started_at)) / 1000).toFixed(1)} s`;
}
