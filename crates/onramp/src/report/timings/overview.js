const tasks = numbers.tasks;
const analysis = numbers.analysis;
const wall = numbers.milliseconds;
const onPath = new Set(analysis["critical-path"]);
const WORDS = {
  "passed": "passed",
  "restored": "restored from the cache",
  "up-to-date": "up to date",
  "failed": "failed",
  "interrupted": "interrupted",
  "skipped": "skipped",
  "not-started": "not started",
};
const outcomes = Object.keys(WORDS).filter((word) => tasks.some((task) => task.outcome === word));
const ended = (word) => tasks.filter((task) => task.outcome === word).length;
const position = new Map(tasks.map((task, at) => [task.task, at]));
const swatch = (outcome) => element("i", { class: `swatch ${outcome}` });
const end = (task) => task.started + task.milliseconds;
const percent = (share) => `${Math.round(share * 100)} %`;

/* What a task says of itself beside the pointer. */
function story(task, at) {
  const lines = [element("div", { class: "name" }, task.task)];
  const say = (text) => lines.push(element("p", {}, text));
  const line = element("p", {}, swatch(task.outcome), ` ${WORDS[task.outcome]}`);
  if (task.worker !== null) line.append(` · ${duration(task.milliseconds)}`);
  lines.push(line);
  if (task.worker !== null) say(`${duration(task.started)} to ${duration(end(task))}, worker ${task.worker + 1}`);
  const ready = Math.max(0, ...task.needs.map((need) => end(tasks[position.get(need)])));
  const waited = task.started - ready;
  if (task.worker !== null && waited > Math.max(1, wall / 100)) say(`was ready ${duration(waited)} before it started`);
  if (task.needs.length > 0) {
    const shown = task.needs.slice(0, 6).join(", ");
    say(`needs ${shown}${task.needs.length > 6 ? ` and ${task.needs.length - 6} more` : ""}`);
  }
  if (onPath.has(at)) say("on the critical path");
  if (task.failure) say(task.failure.message);
  if (task.because) say(`${task.because} did not succeed`);
  return lines;
}

/* The worst of it: that something failed must not hide behind how much was done. */
function outcome() {
  const worst = ["failed", "interrupted"].find((word) => ended(word) > 0);
  if (worst !== undefined) return element("span", { class: `${worst}-text` }, `${ended(worst)} ${worst}`);
  if (outcomes.length === 1) return `all ${outcomes[0].replaceAll("-", " ")}`;
  return `${ended("passed")} ran`;
}

function tile(heading, number, text, gauge) {
  const parts = gauge.map(([name, share, look]) =>
    element("i", { class: name, style: `width:${share * 100}%;${look || ""}` }));
  return element("div", { class: "tile" },
    element("h3", {}, heading), element("b", {}, number), element("div", { class: "gauge" }, parts), element("p", {}, text));
}

const ENDINGS = { 0: "succeeded", 1: "failed", 4: "failed: the machine lacks something", 70: "a bug", 130: "interrupted" };
byId("project").textContent = numbers.project;
byId("title").textContent = `${numbers.verb} ${ENDINGS[numbers["exit-code"]] || "ended"}`;
byId("when").textContent = new Date(numbers.started).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
const path = analysis["path-milliseconds"];
const accent = "background:var(--accent)";
byId("tiles").append(
  tile("Run", duration(wall), `${count(tasks.length, "task")}, -j ${numbers.jobs}${numbers.forced ? ", forced" : ""}`,
    [["", 1, "background:var(--soft)"]]),
  tile("Critical path", duration(path),
    `${percent(wall > 0 ? path / wall : 0)} of the run, ${count(onPath.size, "task")}`,
    [["", wall > 0 ? Math.min(1, path / wall) : 0, accent]]),
  tile("Workers busy", percent(analysis.utilisation),
    `${(wall > 0 ? analysis["busy-milliseconds"] / wall : 0).toFixed(1)} tasks at once, of ${analysis.workers}`,
    [["", analysis.utilisation, accent]]),
  tile("Outcome", outcome(),
    outcomes.map((word) => `${ended(word)} ${word.replaceAll("-", " ")}`).join(", ") || "nothing to do",
    outcomes.map((word) => [word, ended(word) / tasks.length])),
);

byId("advice").append(...analysis.advice.map((advice) => element("li", {},
  element("h3", {}, advice.title),
  advice.saves > 0 ? element("span", { class: "saves" }, `up to ${duration(advice.saves)}`) : null,
  element("p", {}, advice.detail),
  advice.command ? element("p", {}, "Before a run, this tells the reason: ", element("code", {}, advice.command)) : null)));
if (analysis.advice.length === 0) {
  const busy = tasks.some((task) => task.outcome === "passed" || task.outcome === "failed");
  byId("advice").append(element("li", { class: "none" },
    busy ? "Nothing stands out: no single change would have made this run noticeably shorter."
      : "Nothing: no task had to run."));
}

byId("legend").append(
  ...outcomes.map((word) => element("span", {}, swatch(word), `${WORDS[word]} (${ended(word)})`)),
  onPath.size > 0
    ? element("span", {}, element("i", { class: "swatch", style: "outline:2px solid var(--ink);outline-offset:-1px" }), "critical path")
    : null);
