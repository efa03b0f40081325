/* What is chosen, what is lit, and what the panel says. */
const tasks = numbers.tasks;
const drawing = byId("drawing");
const nodes = [...drawing.querySelectorAll(".node")];
const edges = [...drawing.querySelectorAll(".edge")];
const neededBy = tasks.map(() => []);
tasks.forEach((task, at) => task.needs.forEach((need) => neededBy[need].push(at)));
const ends = edges.map((edge) => [Number(edge.dataset.from), Number(edge.dataset.to)]);
let chosen = null;
/* The section or member whose tasks are lit: the key of a task and its value. */
let chosenKind;

/* All that is reached from a task by following `next`, the task itself included. */
function reach(from, next) {
  const seen = new Set([from]);
  const pending = [from];
  while (pending.length > 0) {
    for (const at of next(pending.pop())) {
      if (!seen.has(at)) {
        seen.add(at);
        pending.push(at);
      }
    }
  }
  return seen;
}

function light(lit, edgeIsLit) {
  drawing.classList.toggle("focused", lit !== null);
  nodes.forEach((node, at) => {
    node.classList.toggle("lit", lit !== null && lit.has(at));
    node.classList.toggle("chosen", at === chosen);
  });
  edges.forEach((edge, place) => edge.classList.toggle("lit", lit !== null && edgeIsLit(...ends[place])));
}

function choose(at) {
  chosen = at;
  chosenKind = undefined;
  drawLegend();
  if (at === null) {
    light(null);
    byId("panel").hidden = true;
    return;
  }
  const before = reach(at, (task) => tasks[task].needs);
  const behind = reach(at, (task) => neededBy[task]);
  const isLit = (from, to) => (before.has(from) && before.has(to)) || (behind.has(from) && behind.has(to));
  light(new Set([...before, ...behind]), isLit);
  nodes.forEach((node, place) => { node.tabIndex = place === at ? 0 : -1; });
  describe(at, before.size - 1, behind.size - 1);
}

function describe(at, needsInAll, neededByInAll) {
  const task = tasks[at];
  const close = element("button", { type: "button", class: "close", "aria-label": "Close" }, "×");
  close.onclick = () => choose(null);
  const links = (heading, list, inAll) => {
    if (list.length === 0) return [];
    const more = inAll > list.length ? `, ${inAll} in all` : "";
    return [element("h3", {}, `${heading} ${list.length}${more}`), element("ul", {}, list.map((other) => {
      const link = element("button", { type: "button" }, tasks[other].task);
      link.onclick = () => goTo(other);
      return element("li", {}, link);
    }))];
  };
  const patterns = (heading, list) => list && list.length > 0
    ? [element("h3", {}, heading), element("ul", {}, list.map((text) => element("li", {}, element("code", {}, text))))] : [];
  byId("panel").replaceChildren(
    close,
    element("h2", {}, task.task),
    ...(task.about ? [element("p", {}, task.about)] : []),
    ...(task.cached ? [] : [element("p", {}, "Declares no inputs, so it always runs.")]),
    ...links("Needs", task.needs, needsInAll),
    ...links("Needed by", neededBy[at], neededByInAll),
    ...patterns("Inputs", task.inputs),
    ...patterns("Outputs", task.outputs),
  );
  byId("panel").hidden = false;
}

const isOf = (task, kind) => task[kind.key] === kind.value;

function chooseKind(kind) {
  chosen = null;
  byId("panel").hidden = true;
  chosenKind = chosenKind && chosenKind.key === kind.key && chosenKind.value === kind.value ? undefined : kind;
  drawLegend();
  if (chosenKind === undefined) return light(null);
  const lit = new Set(tasks.map((_, at) => at).filter((at) => isOf(tasks[at], kind)));
  light(lit, (from, to) => lit.has(from) && lit.has(to));
}

/* Sections by colour, members where there are several, and what the dot means. */
function drawLegend() {
  const button = (key, value, name, look) => {
    const kind = { key, value };
    const size = tasks.filter((task) => isOf(task, kind)).length;
    if (size === 0) return [];
    const isChosen = chosenKind !== undefined && chosenKind.key === key && chosenKind.value === value;
    const made = element("button", { type: "button", class: look, "aria-pressed": String(isChosen) },
      element("i", {}), name, element("span", { class: "number" }, `${size}`));
    made.onclick = () => chooseKind(kind);
    return [made];
  };
  const sections = numbers.sections.flatMap((section) => button("section", section, section, section));
  const members = [null, ...numbers.members.keys()].flatMap((member) =>
    button("member", member, member === null ? numbers.project : numbers.members[member], "member"));
  const cached = tasks.filter((task) => task.cached).length;
  byId("legend").replaceChildren(
    ...sections,
    ...(members.length > 1 ? [element("span", { class: "apart" }), ...members] : []),
    ...(cached > 0 ? [element("span", { class: "apart" }), element("span", { class: "note" }, element("i", {}),
      `declares its inputs, so it is left out while nothing changes (${cached})`)] : []),
  );
  byId("within").hidden = members.length < 2;
}

const picture = {
  drawing,
  nodes,
  choose,
  tip: (at) => at === null ? [] : [element("div", { class: "name" }, tasks[at].task), ...(tasks[at].about ? [element("p", {}, tasks[at].about)] : [])],
  left: (at) => tasks[at].needs[0],
  right: (at) => neededBy[at][0],
  matches: (at, text) => tasks[at].task.toLowerCase().includes(text),
  summary: (hits) => hits === null ? `${count(tasks.length, "task")}, ${count(edges.length, "need")}` : `${hits} of ${count(tasks.length, "task")}`,
};
byId("title").textContent = numbers.project;
drawLegend();
