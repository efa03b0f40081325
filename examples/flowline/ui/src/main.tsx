import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Client } from "./api/client";
import { RunsPage } from "./pages/RunsPage";
import "./style.css";

const root = document.getElementById("root");
if (root === null) {
  throw new Error("index.html has no element with the id root");
}
createRoot(root).render(
  <StrictMode>
    <RunsPage client={new Client()} />
  </StrictMode>,
);
