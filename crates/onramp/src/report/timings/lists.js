/* The critical path as a list. */
const FIRST_OF_PATH = 25;
function pathRow(at) {
  const task = tasks[at];
  const ready = Math.max(0, ...task.needs.map((need) => end(tasks[position.get(need)])));
  return element("li", {},
    element("span", { class: "name", title: task.task }, task.task),
    element("span", { class: "track" }, element("i", {
      class: "wait",
      title: `ready ${duration(Math.max(0, task.started - ready))} before it started`,
      style: `left:${(ready / span) * 100}%;width:${(Math.max(0, task.started - ready) / span) * 100}%`,
    }), element("i", {
      class: task.outcome,
      style: `left:${(task.started / span) * 100}%;width:${(task.milliseconds / span) * 100}%`,
    })),
    element("span", { class: "time" }, duration(task.milliseconds)));
}
const chain = analysis["critical-path"];
byId("path-note").textContent = chain.length === 0 ? "No task had to run."
  : `The chain of needs that took longest: ${duration(path)} of ${duration(wall)}. However many workers there are, the run takes at least that long. A thin line: the task was ready and waited for a worker.`;
byId("path").append(...chain.slice(0, FIRST_OF_PATH).map(pathRow));
if (chain.length > FIRST_OF_PATH) {
  const more = byId("path-more");
  more.hidden = false;
  more.textContent = `Show all ${count(chain.length, "task")}`;
  more.onclick = () => {
    byId("path").append(...chain.slice(FIRST_OF_PATH).map(pathRow));
    more.hidden = true;
  };
}

/* The table: filter, outcomes, order. */
const FIRST_OF_ROWS = 100;
const COLUMNS = [
  { name: "Task", key: (task) => task.task },
  { name: "Outcome", key: (task) => Object.keys(WORDS).indexOf(task.outcome) },
  { name: "Started", key: (task) => task.started, isNumber: true, isSecondary: true },
  { name: "Worker", key: (task) => (task.worker === null ? -1 : task.worker), isNumber: true, isSecondary: true },
  { name: "Time", key: (task) => task.milliseconds, isNumber: true },
];
const view = { text: "", hidden: new Set(), column: 4, isDescending: true, all: false };

function row(at) {
  const task = tasks[at];
  const why = task.failure ? task.failure.message : task.because ? `${task.because} did not succeed` : null;
  const never = task.worker === null;
  return element("tr", { class: onPath.has(at) ? "on-path" : null },
    element("td", { class: "name" }, task.task, why ? element("span", { class: "why" }, why) : null),
    element("td", { class: "outcome" }, swatch(task.outcome), task.outcome.replaceAll("-", " ")),
    element("td", { class: "number secondary" }, never ? "" : duration(task.started)),
    element("td", { class: "number secondary" }, never ? "" : `${task.worker + 1}`),
    element("td", { class: "number" }, never ? "" : duration(task.milliseconds)));
}
function shows(task) {
  return !view.hidden.has(task.outcome) && task.task.toLowerCase().includes(view.text);
}
function draw() {
  const key = COLUMNS[view.column].key;
  const chosen = tasks.map((_, at) => at).filter((at) => shows(tasks[at]));
  chosen.sort((a, b) => {
    const [one, two] = [key(tasks[a]), key(tasks[b])];
    const order = one < two ? -1 : one > two ? 1 : a - b;
    return view.isDescending ? -order : order;
  });
  const shown = view.all ? chosen : chosen.slice(0, FIRST_OF_ROWS);
  byId("rows").replaceChildren(...shown.map(row));
  byId("rows-note").textContent = chosen.length === tasks.length ? "" : `${chosen.length} of ${count(tasks.length, "task")}`;
  const more = byId("rows-more");
  more.hidden = shown.length === chosen.length;
  more.textContent = `Show all ${count(chosen.length, "task")}`;
  byId("columns").replaceChildren(...COLUMNS.map((column, place) => {
    const isSorted = place === view.column;
    const sign = isSorted ? (view.isDescending ? " ↓" : " ↑") : "";
    const button = element("button", { type: "button" }, `${column.name}${sign}`);
    button.onclick = () => {
      view.isDescending = isSorted ? !view.isDescending : Boolean(column.isNumber);
      view.column = place;
      draw();
      byId("columns").children[place].firstChild.focus();
    };
    const look = [column.isNumber ? "number" : "", column.isSecondary ? "secondary" : ""].join(" ");
    const order = isSorted ? (view.isDescending ? "descending" : "ascending") : null;
    return element("th", { class: look, scope: "col", "aria-sort": order }, button);
  }));
  const onlyPath = byId("only-path").checked;
  for (const [at, bar] of bars) bar.classList.toggle("dim", !shows(tasks[at]) || (onlyPath && !onPath.has(at)));
}
byId("outcomes").append(...outcomes.map((word) => {
  const button = element("button", { type: "button", "aria-pressed": "true" }, swatch(word), `${word.replaceAll("-", " ")} ${ended(word)}`);
  button.onclick = () => {
    if (!view.hidden.delete(word)) view.hidden.add(word);
    button.setAttribute("aria-pressed", String(!view.hidden.has(word)));
    draw();
  };
  return button;
}));
byId("filter").addEventListener("input", (event) => {
  view.text = event.target.value.trim().toLowerCase();
  draw();
});
byId("only-path").addEventListener("change", draw);
byId("rows-more").onclick = () => {
  view.all = true;
  draw();
};
addEventListener("keydown", (event) => {
  if (event.key === "/" && event.target.tagName !== "INPUT") {
    event.preventDefault();
    byId("filter").focus();
  }
  if (event.key === "Escape") tip.hide();
});
draw();
