import type { State } from "../api/types";

export function StateBadge({ state }: { state: State }) {
  return <span className={`badge badge-${state.toLowerCase()}`}>{label(state)}</span>;
}

export function label(state: State): string {
  return state.charAt(0) + state.slice(1).toLowerCase();
}
