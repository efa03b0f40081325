import { describe, expect, it, vi } from "vitest";
import { ApiError, Client } from "./client";

function clientAnswering(body: unknown, init?: ResponseInit) {
  const fetch = vi.fn<typeof globalThis.fetch>(
    async () => new Response(JSON.stringify(body), init),
  );
  return { client: new Client("/api", fetch), fetch };
}

describe("Client", () => {
  it("asks for all runs without a query", async () => {
    const { client, fetch } = clientAnswering([]);
    expect(await client.runs()).toEqual([]);
    expect(fetch).toHaveBeenCalledWith("/api/runs");
  });

  it("repeats the state for every one that is wanted", async () => {
    const { client, fetch } = clientAnswering([]);
    await client.runs({ states: ["FAILED", "CRASHED"], limit: 5 });
    expect(fetch).toHaveBeenCalledWith("/api/runs?state=FAILED&state=CRASHED&limit=5");
  });

  it("follows a run's logs from the last line it knows", async () => {
    const { client, fetch } = clientAnswering([]);
    await client.logs("a/b", 7);
    expect(fetch).toHaveBeenCalledWith("/api/runs/a%2Fb/logs?after=7");
  });

  it("passes the server's reason on", async () => {
    const { client } = clientAnswering({ detail: "there is no flow run x" }, { status: 404 });
    await expect(client.logs("x")).rejects.toEqual(new ApiError(404, "there is no flow run x"));
  });

  it("makes do with the status where the answer is not JSON", async () => {
    const client = new Client("/api", async () => new Response("<html>", { status: 502 }));
    await expect(client.flows()).rejects.toThrow("the server answered 502");
  });
});
