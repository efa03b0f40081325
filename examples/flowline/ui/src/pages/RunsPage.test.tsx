import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Client } from "../api/client";
import type { Run } from "../api/types";
import { RunsPage } from "./RunsPage";

const RUN: Run = {
  id: "r1",
  flow_id: "f1",
  name: "hello at noon",
  state: "COMPLETED",
  parameters: {},
  expected_start_at: "2026-01-01T12:00:00Z",
  started_at: "2026-01-01T12:00:00Z",
  ended_at: "2026-01-01T12:00:02Z",
};

describe("RunsPage", () => {
  let client: Client;

  beforeEach(() => {
    client = new Client();
    vi.spyOn(client, "logs").mockResolvedValue([]);
    vi.spyOn(client, "runs").mockImplementation(async ({ states = [] } = {}) =>
      states.length === 0 || states.includes(RUN.state) ? [RUN] : [],
    );
  });

  afterEach(cleanup);

  it("lists the runs with their states", async () => {
    render(<RunsPage client={client} />);
    const row = (await screen.findByText(RUN.name)).closest("tr");
    expect(row?.textContent).toContain("Completed");
    expect(row?.textContent).toContain("2.0 s");
  });

  it("asks the server for the states that are ticked", async () => {
    render(<RunsPage client={client} />);
    await screen.findByText(RUN.name);
    fireEvent.click(screen.getByLabelText("Failed"));
    await screen.findByText("No runs.");
    expect(client.runs).toHaveBeenLastCalledWith({ states: ["FAILED"] });
  });

  it("shows the logs of the run that is selected", async () => {
    render(<RunsPage client={client} />);
    fireEvent.click(await screen.findByText(RUN.name));
    await screen.findByText("Nothing has been logged.");
    expect(client.logs).toHaveBeenCalledWith("r1");
  });
});
