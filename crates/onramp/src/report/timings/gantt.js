/* Beyond that many bars a browser gets slow; the longest ones are drawn. */
const MOST_BARS = 4000;

const plane = byId("plane");
const started = tasks.map((_, at) => at).filter((at) => tasks[at].worker !== null);
const drawn = started.length <= MOST_BARS ? started
  : [...started].sort((a, b) => tasks[b].milliseconds - tasks[a].milliseconds).slice(0, MOST_BARS);
drawn.sort((a, b) => tasks[a].started - tasks[b].started);
const workers = [...new Set(started.map((at) => tasks[at].worker))].sort((a, b) => a - b);
const lanes = new Map(workers.map((worker) => [worker, element("div", { class: "lane" })]));
const bars = new Map();
const span = Math.max(wall, ...started.map((at) => end(tasks[at])), 0.001);
document.documentElement.style.setProperty("--lane", workers.length > 24 ? "16px" : "26px");

for (const at of drawn) {
  const task = tasks[at];
  const bar = element("div", {
    class: `bar ${task.outcome}${onPath.has(at) ? " on-path" : ""}`,
    style: `left:${(task.started / span) * 100}%;width:${(task.milliseconds / span) * 100}%`,
    role: "img",
    tabindex: "-1",
    "aria-label": `${task.task}, ${WORDS[task.outcome]}, ${duration(task.milliseconds)}`,
    "data-at": at,
  });
  bars.set(at, bar);
  lanes.get(task.worker).append(bar);
}
byId("lane-names").append(
  ...workers.map((worker) => element("div", {}, element("span", { class: "word" }, "worker "), `${worker + 1}`)),
  element("div", { class: "load" }, element("span", { class: "word" }, "at once"),
    element("span", { class: "top" }, `${Math.max(1, workers.length)}`), element("span", { class: "zero" }, "0")));
const load = element("div", { id: "load" });
plane.append(...lanes.values(), load);
if (drawn.length > 0) bars.get(drawn[0]).tabIndex = 0;
if (drawn.length < started.length) {
  byId("gantt-note").textContent = `Of ${count(started.length, "task")} the ${drawn.length} longest are drawn.`;
} else if (started.length === 0) {
  byId("gantt-note").textContent = "No task has started.";
}

/* How many tasks ran at once, on average over each of many short times: the moment between the end of one task
   and the start of the next is nothing that one should see. */
const SLICES = 300;
(function drawLoad() {
  const busy = new Array(SLICES).fill(0);
  for (const at of started) {
    const [from, to] = [(tasks[at].started / span) * SLICES, (end(tasks[at]) / span) * SLICES];
    for (let slice = Math.floor(from); slice < Math.min(SLICES, to); slice += 1) {
      busy[slice] += Math.max(0, Math.min(to, slice + 1) - Math.max(from, slice));
    }
  }
  const top = Math.max(1, workers.length);
  const step = 1000 / SLICES;
  const line = "M0 50" + busy.map((now, slice) =>
    `V${(50 - (now / top) * 48).toFixed(2)}H${((slice + 1) * step).toFixed(2)}`).join("");
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("viewBox", "0 0 1000 50");
  drawing.setAttribute("preserveAspectRatio", "none");
  drawing.setAttribute("aria-hidden", "true");
  const curve = document.createElementNS("http://www.w3.org/2000/svg", "path");
  curve.setAttribute("d", `${line}V50Z`);
  drawing.append(curve);
  load.append(drawing);
})();

/* Zoom: the plane gets wider, the bars follow by themselves. */
let zoom = 1;
const scroll = byId("scroll");
function setZoom(wanted, centre) {
  const before = scroll.scrollLeft + centre;
  const next = Math.min(400, Math.max(1, wanted));
  const factor = next / zoom;
  zoom = next;
  plane.style.width = `${zoom * 100}%`;
  scroll.scrollLeft = before * factor - centre;
  drawTicks();
}
function drawTicks() {
  plane.querySelectorAll(".tick").forEach((tick) => tick.remove());
  const width = plane.clientWidth;
  const wanted = (span / width) * 96;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= wanted);
  for (let number = 0; number * step <= span; number += 1) {
    const left = (number * step / span) * 100;
    const label = duration(number * step).replace(/^0\.00 ms$/, "0");
    // At the right edge the text stands before its line.
    const isLast = (1 - left / 100) * width < 58;
    const [look, edge] = isLast ? ["tick last", `right:${100 - left}%`] : ["tick", `left:${left}%`];
    plane.prepend(element("div", { class: look, style: edge }, label));
  }
  for (const [at, bar] of bars) {
    const pixels = (tasks[at].milliseconds / span) * width;
    const isNarrow = pixels < 34;
    bar.classList.toggle("narrow", isNarrow);
    bar.textContent = isNarrow ? "" : tasks[at].task;
  }
}
byId("zoom-in").onclick = () => setZoom(zoom * 2, scroll.clientWidth / 2);
byId("zoom-out").onclick = () => setZoom(zoom / 2, scroll.clientWidth / 2);
byId("zoom-fit").onclick = () => setZoom(1, 0);
scroll.addEventListener("wheel", (event) => {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  setZoom(zoom * Math.exp(-event.deltaY / 200), event.clientX - scroll.getBoundingClientRect().left);
}, { passive: false });
addEventListener("resize", drawTicks);
drawTicks();

const under = (event) => event.target.closest && event.target.closest(".bar");
plane.addEventListener("pointermove", (event) => {
  const bar = under(event);
  if (!bar) return tip.hide();
  const at = Number(bar.dataset.at);
  tip.show(story(tasks[at], at), event.clientX, event.clientY);
});
plane.addEventListener("pointerleave", () => tip.hide());
plane.addEventListener("focusin", (event) => {
  const bar = under(event);
  if (!bar || !bar.matches(":focus-visible")) return;
  const box = bar.getBoundingClientRect();
  const at = Number(bar.dataset.at);
  tip.show(story(tasks[at], at), Math.max(box.left, scroll.getBoundingClientRect().left), box.bottom - 10);
});
plane.addEventListener("focusout", () => tip.hide());

/* The arrow keys: along the lane, and to the bar that ran at the same time in the next one. */
plane.addEventListener("keydown", (event) => {
  const bar = under(event);
  if (!bar) return;
  const task = tasks[Number(bar.dataset.at)];
  const lane = workers.indexOf(task.worker);
  const inLane = (place) => drawn.filter((at) => tasks[at].worker === workers[place]);
  const own = inLane(lane);
  const along = own.indexOf(Number(bar.dataset.at));
  const nearest = (place) => workers[place] === undefined ? undefined : inLane(place)
    .reduce((best, at) => Math.abs(tasks[at].started - task.started) < Math.abs(tasks[best].started - task.started) ? at : best);
  const goal = {
    ArrowRight: () => own[along + 1],
    ArrowLeft: () => own[along - 1],
    ArrowDown: () => nearest(lane + 1),
    ArrowUp: () => nearest(lane - 1),
    Home: () => own[0],
    End: () => own[own.length - 1],
  }[event.key];
  if (!goal) return;
  event.preventDefault();
  const next = goal();
  if (next === undefined) return;
  bar.tabIndex = -1;
  bars.get(next).tabIndex = 0;
  bars.get(next).focus();
  bars.get(next).scrollIntoView({ block: "nearest", inline: "nearest" });
});
