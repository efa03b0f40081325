import type { Flow, LogLine, Run, State } from "./types";

/** The server answered, but not with what was asked for. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

export interface RunFilter {
  states?: readonly State[];
  limit?: number;
}

/** Speaks to the server. `fetch` can be replaced, so that tests need no network. */
export class Client {
  constructor(
    private readonly base = "/api",
    private readonly fetch: typeof globalThis.fetch = (...request) => globalThis.fetch(...request),
  ) {}

  flows(): Promise<Flow[]> {
    return this.get("/flows");
  }

  runs({ states = [], limit }: RunFilter = {}): Promise<Run[]> {
    const query = new URLSearchParams(states.map((state) => ["state", state]));
    if (limit !== undefined) {
      query.set("limit", String(limit));
    }
    return this.get(query.size > 0 ? `/runs?${query}` : "/runs");
  }

  /** A run's log lines in order; `after` is the id of the last one already known. */
  logs(runId: string, after = 0): Promise<LogLine[]> {
    return this.get(`/runs/${encodeURIComponent(runId)}/logs?after=${after}`);
  }

  private async get<Body>(path: string): Promise<Body> {
    const response = await this.fetch(this.base + path);
    if (!response.ok) {
      throw new ApiError(response.status, await reason(response));
    }
    return (await response.json()) as Body;
  }
}

async function reason(response: Response): Promise<string> {
  try {
    const { detail } = (await response.json()) as { detail?: unknown };
    if (typeof detail === "string") {
      return detail;
    }
  } catch {
    // A proxy in between answers in HTML; the status says enough.
  }
  return `the server answered ${response.status}`;
}
