// The JSON the server speaks; src/flowline/server/schemas.py is the other side.

export const STATES = [
  "SCHEDULED",
  "PENDING",
  "RUNNING",
  "COMPLETED",
  "FAILED",
  "CANCELLED",
  "CRASHED",
] as const;

export type State = (typeof STATES)[number];

export interface Flow {
  id: string;
  name: string;
  description: string | null;
  tags: string[];
}

export interface Run {
  id: string;
  flow_id: string;
  name: string;
  state: State;
  parameters: Record<string, unknown>;
  expected_start_at: string;
  started_at: string | null;
  ended_at: string | null;
}

export interface LogLine {
  id: number;
  level: number;
  message: string;
  logged_at: string;
}
