/* What is chosen, what is lit, and what is told about it. */
const entities = numbers.entities;
const relations = numbers.relations;
const changes = numbers.changes;
const drawing = byId("drawing");
const nodes = [...drawing.querySelectorAll(".node")];
const edges = [...drawing.querySelectorAll(".edge")];
const names = entities.map((entity) => entity.path.join("."));
const rowsOf = (entity) => entity.columns || entity.labels || [];
const refersTo = entities.map(() => []);
const referredBy = entities.map(() => []);
relations.forEach((relation, at) => {
  refersTo[relation.child].push(at);
  referredBy[relation.parent].push(at);
});
const typeOf = entities.map((_, place) => [...entities.keys()].filter((at) => entities[at].enums.includes(place)));
const SIGNS = { added: "+", removed: "−", changed: "~" };
const KINDS = { table: "table", "foreign-table": "foreign table", "virtual-table": "virtual table", view: "view", "materialized-view": "materialized view", enum: "enum" };
let chosen = null;
/* Which entities are lit: the key of an entity and its value. */
let chosenKind = null;

const unique = (list) => [...new Set(list)];
/* Names of any script stand by themselves, so that none turns its neighbours around. */
const isolated = (text) => element("bdi", {}, text);

function light(lit, edgeIsLit) {
  drawing.classList.toggle("focused", lit !== null);
  nodes.forEach((node, at) => {
    node.classList.toggle("lit", lit !== null && lit.has(at));
    node.classList.toggle("chosen", at === chosen);
  });
  edges.forEach((edge) => edge.classList.toggle("lit", lit !== null && edgeIsLit(relations[Number(edge.dataset.at)])));
}

function choose(at) {
  chosen = at;
  chosenKind = null;
  drawLegend();
  nodes.forEach((node) => node.querySelectorAll(".hit").forEach((row) => row.classList.remove("hit")));
  if (at === null) {
    light(null);
    byId("panel").hidden = true;
    return;
  }
  const around = [
    ...refersTo[at].map((relation) => relations[relation].parent),
    ...referredBy[at].map((relation) => relations[relation].child),
    ...entities[at].enums,
    ...typeOf[at],
  ];
  light(new Set([at, ...around]), (relation) => relation.child === at || relation.parent === at);
  nodes.forEach((node, place) => { node.tabIndex = place === at ? 0 : -1; });
  describe(at);
}

function signOf(change) {
  return change ? [element("span", { class: `sign ${change}` }, SIGNS[change])] : [];
}

function rowNames(entity, rows) {
  return rows.filter((row) => row !== null).map((row) => rowsOf(entities[entity])[row].name).join(", ");
}

function describe(at) {
  const entity = entities[at];
  const close = element("button", { type: "button", class: "close", "aria-label": "Close" }, "×");
  close.onclick = () => choose(null);
  const link = (other, text) => {
    const made = element("button", { type: "button" }, isolated(text));
    made.onclick = () => goTo(other);
    return made;
  };
  const list = (heading, items) => items.length === 0 ? [] : [element("h3", {}, heading), element("ul", {}, items.map((item) => element("li", {}, item)))];
  const outgoing = refersTo[at].map((place) => {
    const relation = relations[place];
    return [...signOf(relation.change), link(relation.parent, `${rowNames(at, relation.columns.map(([child]) => child))} → ${names[relation.parent]}`), about(relation)];
  });
  const incoming = referredBy[at].map((place) => {
    const relation = relations[place];
    return [...signOf(relation.change), link(relation.child, `${names[relation.child]}.${rowNames(relation.child, relation.columns.map(([child]) => child))}`), about(relation)];
  });
  const rows = rowsOf(entity).filter((row) => row.change !== "removed").length + (entity["hidden-columns"] || 0);
  const noun = entity.labels ? "label" : "column";
  const own = (changes || []).filter((change) => change.entity === at);
  byId("panel").replaceChildren(
    close,
    element("h2", {}, ...signOf(entity.change), isolated(names[at])),
    element("p", {}, `${KINDS[entity.kind]}${entity.change ? `, ${entity.change}` : ""}, ${count(rows, noun)}`),
    ...(own.length > 0 ? [element("h3", {}, "Changes"), element("ul", { class: "changes" }, own.map((change) => line(change, true)))] : []),
    ...list("Refers to", outgoing),
    ...list("Referred to by", incoming),
    ...list("Types", entity.enums.map((other) => link(other, names[other]))),
    ...list("Type of columns in", typeOf[at].map((other) => link(other, names[other]))),
  );
  byId("panel").hidden = false;
}

function about(relation) {
  const words = [relation["one-to-one"] ? "at most one row to a target" : null, relation.optional ? "optional" : "required", relation.rules || null];
  return element("span", { class: "rules" }, words.filter((word) => word !== null).join(", "));
}

/* One change, as a line of a list. Beside its table the name is the last one. */
function line(change, isBesideTable) {
  const name = change.path[change.path.length - 1];
  const isItself = change.entity !== null && names[change.entity] === change.path.join(".");
  return element("li", { class: `change ${change.change}` },
    element("span", { class: "sign" }, SIGNS[change.change]),
    element("span", { class: "what" }, `${change.kind} `),
    isItself && isBesideTable ? null : element("span", { class: "path" }, isolated(isBesideTable ? name : change.path.join("."))),
    element("span", { class: "what" }, ` ${change.change}`),
    ...change.details.filter((detail) => detail !== name).map((detail) => element("span", { class: "detail" }, isolated(detail))));
}

function listChanges() {
  if (changes === null) return;
  const box = byId("changes");
  box.hidden = false;
  const of = (entity) => changes.filter((change) => change.entity === entity);
  const heading = changes.length === 0 ? "Nothing has changed" : count(changes.length, "change");
  const groups = unique(changes.map((change) => change.entity).filter((entity) => entity !== null)).map((entity) => {
    const link = element("button", { type: "button" }, ...signOf(entities[entity].change), " ", isolated(names[entity]));
    link.onclick = () => goTo(entity);
    return [element("h3", {}, link), element("ul", {}, of(entity).map((change) => line(change, true)))];
  });
  const others = of(null);
  box.replaceChildren(
    element("h2", {}, heading),
    ...groups.flat(),
    ...(others.length > 0 ? [element("h3", {}, groups.length > 0 ? "Not in the picture" : ""), element("ul", {}, others.map((change) => line(change, false)))] : []),
  );
}

function chooseKind(kind) {
  const isSame = chosenKind !== null && chosenKind.key === kind.key && chosenKind.value === kind.value;
  choose(null);
  chosenKind = isSame ? null : kind;
  drawLegend();
  if (chosenKind === null) return;
  const lit = new Set([...entities.keys()].filter((at) => entities[at][kind.key] === kind.value));
  light(lit, (relation) => kind.key === "change" ? relation.change === kind.value : lit.has(relation.child) && lit.has(relation.parent));
}

/* The end of a line, drawn small. */
function sample(paths, circle) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 34 14");
  const add = (name, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    svg.append(made);
  };
  add("path", { d: `M2 7H32${paths}` });
  if (circle) add("circle", { cx: circle, cy: 7, r: 3.4 });
  return svg;
}

/* Kinds where there are several, changes, and what the ends of lines mean. */
function drawLegend() {
  const button = (key, value, look, text) => {
    const size = entities.filter((entity) => entity[key] === value).length;
    if (size === 0) return [];
    const isChosen = chosenKind !== null && chosenKind.key === key && chosenKind.value === value;
    const made = element("button", { type: "button", "aria-pressed": String(isChosen) }, look, text, element("span", { class: "number" }, `${size}`));
    made.onclick = () => chooseKind({ key, value });
    return [made];
  };
  const marks = changes === null ? [] : Object.keys(SIGNS).flatMap((change) =>
    button("change", change, element("span", { class: `sign ${change}` }, SIGNS[change]), change));
  const kinds = Object.keys(KINDS).flatMap((kind) => button("kind", kind, element("i", { class: kind }), KINDS[kind]));
  const note = (picture, text) => element("span", { class: "note" }, picture, text);
  const apart = () => element("span", { class: "apart" });
  byId("legend").replaceChildren(
    ...(marks.length > 0 ? [...marks, apart()] : []),
    ...kinds,
    ...(relations.length > 0 ? [
      apart(),
      note(sample("M21 7L32 1.5M21 7L32 12.5", 17), "any number"),
      note(sample("M25 2.5V11.5", 18), "none or one"),
      note(sample("M25 2.5V11.5M21 2.5V11.5"), "exactly one"),
    ] : []),
  );
}

function tipOfRelation(place) {
  const relation = relations[place];
  const side = (entity, rows) => `${names[entity]} (${rowNames(entity, rows)})`;
  return [
    element("div", { class: "name" }, isolated(relation.name)),
    element("p", {}, isolated(side(relation.child, relation.columns.map(([child]) => child))), " → ", isolated(side(relation.parent, relation.columns.map(([, parent]) => parent)))),
    element("p", {}, about(relation).textContent),
    ...tipOfChange(relation),
  ];
}

function tipOfChange(thing) {
  return [
    ...(thing.change ? [element("p", {}, ...signOf(thing.change), ` ${thing.change}`)] : []),
    ...(thing.details || []).map((detail) => element("p", {}, isolated(detail))),
  ];
}

function tipOf(at, target) {
  const edge = target.closest && target.closest(".edge");
  if (edge) return tipOfRelation(Number(edge.dataset.at));
  if (at === null) return [];
  const entity = entities[at];
  const row = target.closest(".row");
  if (!row) return [element("div", { class: "name" }, isolated(names[at])), element("p", {}, KINDS[entity.kind]), ...tipOfChange(entity)];
  const column = rowsOf(entity)[Number(row.dataset.row)];
  if (entity.labels) return [element("div", { class: "name" }, isolated(column.label)), ...tipOfChange(column)];
  const keys = { primary: "primary key", foreign: "foreign key", unique: "unique" };
  const words = [column.type || "no type", entity.kind.includes("view") ? null : column.nullable ? "null" : "not null", ...column.keys.map((key) => keys[key])];
  return [
    element("div", { class: "name" }, isolated(column.name)),
    element("p", {}, isolated(words.filter((word) => word !== null).join(", "))),
    ...(column.default ? [element("p", {}, "default ", isolated(column.default))] : []),
    ...tipOfChange(column),
  ];
}

const texts = entities.map((entity, at) => ({
  own: names[at].toLowerCase(),
  rows: rowsOf(entity).map((row) => (row.name || row.label || "").toLowerCase()),
}));

/* From afar a box shows its name alone, as large as it has room. */
nodes.forEach((node) => {
  const box = node.querySelector(".body");
  const [width, height] = [Number(box.getAttribute("width")), Number(box.getAttribute("height"))];
  const name = node.querySelector(".name").textContent;
  const size = Math.min((width - 14) / (Math.max(3, [...name].length) * 0.61), (height - 6) * 0.6, 58);
  const large = document.createElementNS("http://www.w3.org/2000/svg", "text");
  large.setAttribute("class", "afar");
  large.setAttribute("x", width / 2);
  large.setAttribute("y", height / 2 + size * 0.35);
  large.style.fontSize = `${size}px`;
  large.textContent = name;
  node.append(large);
});

const picture = {
  drawing,
  nodes,
  choose,
  tip: tipOf,
  first: [...entities.keys()].filter((at) => entities[at].change),
  left: (at) => refersTo[at].map((place) => relations[place].parent).find((other) => other !== at),
  right: (at) => referredBy[at].map((place) => relations[place].child).find((other) => other !== at),
  matches(at, text) {
    const hits = texts[at].rows.map((row) => row.includes(text));
    nodes[at].querySelectorAll(".row").forEach((row) => row.classList.toggle("hit", hits[Number(row.dataset.row)]));
    return texts[at].own.includes(text) || hits.includes(true);
  },
  summary: (hits) => hits === null
    ? [...Object.keys(KINDS).map((kind) => [entities.filter((entity) => entity.kind === kind).length, KINDS[kind]]), [relations.length, "relation"]]
      .filter(([number]) => number > 0).map(([number, noun]) => count(number, noun)).join(", ")
    : `${hits} of ${entities.length}`,
};
byId("title").textContent = numbers.title;
byId("about").textContent = numbers.about;
drawLegend();
listChanges();
