import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Client } from "../api/client";
import { levelName, RunLogs } from "./RunLogs";
import { duration } from "./RunTable";
import { StateBadge } from "./StateBadge";
import { StateFilter } from "./StateFilter";

afterEach(cleanup);

describe("StateBadge", () => {
  it("is coloured by its state", () => {
    render(<StateBadge state="FAILED" />);
    expect(screen.getByText("Failed").className).toContain("badge-failed");
  });
});

describe("StateFilter", () => {
  it("adds a state that is ticked and keeps the usual order", () => {
    const onChange = vi.fn();
    render(<StateFilter chosen={["FAILED"]} onChange={onChange} />);
    fireEvent.click(screen.getByLabelText("Running"));
    expect(onChange).toHaveBeenCalledWith(["RUNNING", "FAILED"]);
  });

  it("removes a state that is ticked again", () => {
    const onChange = vi.fn();
    render(<StateFilter chosen={["FAILED"]} onChange={onChange} />);
    fireEvent.click(screen.getByLabelText("Failed"));
    expect(onChange).toHaveBeenCalledWith([]);
  });
});

describe("RunLogs", () => {
  it("shows the lines of its run", async () => {
    const client = new Client();
    vi.spyOn(client, "logs").mockResolvedValue([
      { id: 1, level: 40, message: "out of luck", logged_at: "2026-01-01T00:00:00Z" },
    ]);
    render(<RunLogs client={client} runId="r1" />);
    const line = await screen.findByText(/out of luck/);
    expect(line.className).toBe("log-error");
    expect(client.logs).toHaveBeenCalledWith("r1");
  });

  it("says why there is nothing to show", async () => {
    const client = new Client();
    vi.spyOn(client, "logs").mockRejectedValue(new Error("there is no flow run r1"));
    render(<RunLogs client={client} runId="r1" />);
    expect((await screen.findByRole("alert")).textContent).toBe("there is no flow run r1");
  });
});

describe("levelName", () => {
  it("rounds a level between two names down", () => {
    expect([0, 20, 25, 50].map(levelName)).toEqual(["debug", "info", "info", "critical"]);
  });
});

describe("duration", () => {
  it("needs both ends", () => {
    const started_at = "2026-01-01T00:00:00Z";
    expect(duration({ started_at, ended_at: "2026-01-01T00:00:01.5Z" })).toBe("1.5 s");
    expect(duration({ started_at, ended_at: null })).toBe("–");
  });
});
