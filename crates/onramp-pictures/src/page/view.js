/* Where one looks: drag, wheel, pinch, keys and search. What the picture is of, `picture` tells:
   `drawing` and its `nodes`; `choose(at)`, at null for nothing; `tip(at, target)`, what the pointer finds on a
   node, or at null elsewhere, as elements;
   `left(at)` and `right(at)`, where the arrow keys lead; `matches(at, text)`; `summary(hits)`, hits null without a
   search; and maybe `first`, the nodes to look at first. */
const { drawing: drawn, nodes: boxes } = picture;
const stage = byId("stage");
const world = byId("world");
const size = { width: Number(drawn.dataset.width), height: Number(drawn.dataset.height) };
const at = { x: 0, y: 0, scale: 1 };
/* Whether somebody has moved the picture, so that another size of the window must not move it again. */
let isMoved = false;
const viewBox = drawn.getAttribute("viewBox");
drawn.removeAttribute("viewBox");

/* Below this scale a picture may show less, and that larger. */
const FAR = 0.45;
function place() {
  world.setAttribute("transform", `translate(${at.x} ${at.y}) scale(${at.scale})`);
  drawn.classList.toggle("far", at.scale < FAR);
}
/* Below this scale names cannot be read. */
const LEGIBLE = 0.74;
const MARGIN = 20;
function show(least) {
  const { width, height } = stage.getBoundingClientRect();
  const whole = Math.min((width - 2 * MARGIN) / Math.max(1, size.width), (height - 2 * MARGIN) / Math.max(1, size.height), 1.5);
  isMoved = false;
  at.scale = Math.max(0.02, least, whole);
  at.x = Math.max(MARGIN, (width - size.width * at.scale) / 2);
  at.y = Math.max(MARGIN, (height - size.height * at.scale) / 2);
  place();
}
const fit = () => show(0);
/* What one sees first can be read, though it may not be everything. */
function start() {
  show(LEGIBLE);
  const bounds = stage.getBoundingClientRect();
  const isWhole = size.width * at.scale <= bounds.width && size.height * at.scale <= bounds.height;
  if (isWhole || boxes.length === 0) return;
  /* Where a picture begins there may be nothing in its corner. */
  const rects = (list) => list.map((place) => boxes[place].getBoundingClientRect());
  const around = (list) => {
    const [left, top] = [Math.min(...list.map((box) => box.left)), Math.min(...list.map((box) => box.top))];
    return { x: left, y: top, width: Math.max(...list.map((box) => box.right)) - left, height: Math.max(...list.map((box) => box.bottom)) - top };
  };
  const first = rects(picture.first || []);
  const leftmost = () => rects([...boxes.keys()]).reduce((best, box) => box.x < best.x ? box : best);
  const all = first.length > 0 ? around(first) : leftmost();
  const box = all.width <= bounds.width && all.height <= bounds.height ? all : first[0] || all;
  const shift = (start, length, room, whole) => Math.max(Math.min(0, room - whole - 2 * MARGIN), Math.min(0, room / 2 - start - length / 2));
  at.x += shift(box.x - bounds.x, box.width, bounds.width, size.width * at.scale);
  at.y += shift(box.y - bounds.y, box.height, bounds.height, size.height * at.scale);
  place();
}
/* What was clicked must not lie below the panel that tells about it. */
function uncover(node) {
  const [box, panel] = [node.getBoundingClientRect(), byId("panel").getBoundingClientRect()];
  const isCovered = panel.width > 0 && box.right > panel.left && box.left < panel.right && box.bottom > panel.top && box.top < panel.bottom;
  if (!isCovered) return;
  isMoved = true;
  if (panel.width > innerWidth * 0.7) at.y -= box.bottom - panel.top + MARGIN;
  else at.x -= box.right - panel.left + MARGIN;
  place();
}
function zoomAt(factor, x, y) {
  isMoved = true;
  const scale = Math.min(4, Math.max(0.02, at.scale * factor));
  at.x = x - ((x - at.x) / at.scale) * scale;
  at.y = y - ((y - at.y) / at.scale) * scale;
  at.scale = scale;
  place();
}
function middle() {
  const { width, height } = stage.getBoundingClientRect();
  return [width / 2, height / 2];
}
function goTo(goal) {
  picture.choose(goal);
  const box = boxes[goal].getBoundingClientRect();
  const bounds = stage.getBoundingClientRect();
  const panel = byId("panel").getBoundingClientRect();
  // On a narrow screen the panel lies over the lower half.
  const [x, y] = panel.width > bounds.width * 0.7 ? [bounds.width / 2, Math.max(60, (panel.y - bounds.y) / 2)] : middle();
  const zoom = at.scale < 0.7 ? 0.9 / at.scale : 1;
  const [left, top] = [box.x + box.width / 2 - bounds.x, box.y + box.height / 2 - bounds.y];
  at.x += x - left;
  at.y += y - top;
  zoomAt(zoom, x, y);
  boxes[goal].focus({ preventScroll: true });
}
byId("zoom-in").onclick = () => zoomAt(1.4, ...middle());
byId("zoom-out").onclick = () => zoomAt(1 / 1.4, ...middle());
byId("zoom-fit").onclick = fit;
stage.addEventListener("wheel", (event) => {
  event.preventDefault();
  const bounds = stage.getBoundingClientRect();
  const amount = event.deltaMode === 1 ? event.deltaY * 20 : event.deltaY;
  zoomAt(Math.exp(-amount / 350), event.clientX - bounds.x, event.clientY - bounds.y);
}, { passive: false });

/* One finger or the mouse moves, two fingers zoom. What has hardly moved is a click. */
const pointers = new Map();
let travelled = 0;
stage.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  if (pointers.size === 0) travelled = 0;
  pointers.set(event.pointerId, [event.clientX, event.clientY]);
});
addEventListener("pointermove", (event) => {
  const before = pointers.get(event.pointerId);
  if (!before) return hover(event);
  const now = [event.clientX, event.clientY];
  const others = [...pointers.entries()].filter(([id]) => id !== event.pointerId);
  if (others.length === 1) {
    const [, other] = others[0];
    const distance = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]);
    const bounds = stage.getBoundingClientRect();
    zoomAt(distance(now) / Math.max(1, distance(before)), (now[0] + other[0]) / 2 - bounds.x, (now[1] + other[1]) / 2 - bounds.y);
  } else if (others.length === 0) {
    isMoved = true;
    at.x += now[0] - before[0];
    at.y += now[1] - before[1];
    place();
  }
  travelled += Math.abs(now[0] - before[0]) + Math.abs(now[1] - before[1]);
  stage.classList.toggle("dragging", travelled > 4);
  pointers.set(event.pointerId, now);
  tip.hide();
});
const lift = (event) => {
  pointers.delete(event.pointerId);
  stage.classList.remove("dragging");
};
addEventListener("pointerup", lift);
addEventListener("pointercancel", lift);
const nodeOf = (event) => event.target.closest && event.target.closest(".node");
stage.addEventListener("click", (event) => {
  if (travelled > 4) return;
  const node = nodeOf(event);
  picture.choose(node ? Number(node.dataset.at) : null);
  if (node) uncover(node);
});
function hover(event) {
  const node = nodeOf(event);
  const lines = picture.tip(node ? Number(node.dataset.at) : null, event.target);
  if (lines.length === 0) return tip.hide();
  tip.show(lines, event.clientX, event.clientY);
}

/* The arrow keys lead along lines, and up and down among neighbours. */
stage.addEventListener("keydown", (event) => {
  const node = nodeOf(event);
  if (!node) return;
  const from = Number(node.dataset.at);
  const box = node.getBoundingClientRect();
  const beside = (direction) => {
    const distance = (other) => {
      const its = boxes[other].getBoundingClientRect();
      const down = (its.y - box.y) * direction;
      return down > 1 ? down + Math.abs(its.x - box.x) * 3 : Infinity;
    };
    const nearest = boxes.map((_, other) => other).reduce((best, other) => distance(other) < distance(best) ? other : best, from);
    return nearest === from ? undefined : nearest;
  };
  const goal = {
    ArrowLeft: () => picture.left(from),
    ArrowRight: () => picture.right(from),
    ArrowDown: () => beside(1),
    ArrowUp: () => beside(-1),
    Enter: () => from,
    " ": () => from,
  }[event.key];
  if (!goal) return;
  event.preventDefault();
  const next = goal();
  if (next !== undefined) goTo(next);
});

let hits = [];
let hit = 0;
byId("search").addEventListener("input", (event) => {
  const text = event.target.value.trim().toLowerCase();
  picture.choose(null);
  hits = text === "" ? [] : boxes.map((_, place) => place).filter((place) => picture.matches(place, text));
  hit = 0;
  const found = new Set(hits);
  boxes.forEach((box, place) => box.classList.toggle("found", found.has(place)));
  drawn.classList.toggle("focused", text !== "");
  byId("count").textContent = picture.summary(text === "" ? null : hits.length);
});
byId("search").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || hits.length === 0) return;
  goTo(hits[hit % hits.length]);
  hit += 1;
  byId("search").focus();
});
addEventListener("keydown", (event) => {
  if (event.key === "/" && event.target.tagName !== "INPUT") {
    event.preventDefault();
    byId("search").focus();
  }
  if (event.key === "Escape") picture.choose(null);
});
if (boxes.length > 0) boxes[0].tabIndex = 0;
/* On paper everything is shown. */
addEventListener("beforeprint", () => {
  drawn.setAttribute("viewBox", viewBox);
  world.removeAttribute("transform");
});
addEventListener("afterprint", () => {
  drawn.removeAttribute("viewBox");
  place();
});
addEventListener("resize", () => {
  if (!isMoved) start();
});
start();
byId("count").textContent = picture.summary(null);
