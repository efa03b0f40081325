"use strict";

/* The one way in which elements are made: texts never become markup. */
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "style") made.style.cssText = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

const byId = (id) => document.getElementById(id);
const numbers = JSON.parse(byId("numbers").textContent);

/* Two or three digits that matter, as everywhere in Onramp. */
function duration(milliseconds) {
  if (milliseconds < 0.9995) return `${milliseconds.toFixed(milliseconds < 0.1 ? 2 : 1)} ms`;
  if (milliseconds < 9.95) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 999.5) return `${Math.floor(milliseconds)} ms`;
  if (milliseconds < 59950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
  return `${Math.floor(seconds / 3600)} h ${String(Math.floor(seconds / 60) % 60).padStart(2, "0")} min`;
}

const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

/* A box beside the pointer, or beside what has the focus. */
const tip = {
  box: byId("tip"),
  show(content, x, y) {
    this.box.replaceChildren(...content);
    this.box.hidden = false;
    const { width, height } = this.box.getBoundingClientRect();
    const left = Math.max(8, Math.min(x + 14, innerWidth - width - 8));
    const below = y + 18 + height < innerHeight ? y + 18 : y - height - 12;
    this.box.style.left = `${left}px`;
    this.box.style.top = `${Math.max(8, below)}px`;
  },
  hide() {
    this.box.hidden = true;
  },
};
