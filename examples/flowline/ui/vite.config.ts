import react from "@vitejs/plugin-react";
import { loadEnv } from "vite";
import { defineConfig } from "vitest/config";

export default defineConfig(({ mode }) => {
  // The worker's variable, so that one setting moves both to another port.
  const { FLOWLINE_API_URL } = loadEnv(mode, ".", "FLOWLINE_");
  const server = new URL(FLOWLINE_API_URL || "http://127.0.0.1:4300/api").origin;
  return {
    plugins: [react()],
    server: { proxy: { "/api": server } },
    test: { environment: "happy-dom", restoreMocks: true },
  };
});
