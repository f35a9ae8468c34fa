// The legend: each kind is a switch, and while any is on, the other points fade.

import { around, part } from "../parts.js";

export class Legend {
  /** @param {HTMLElement} figure @param {() => void} changed */
  constructor(figure, changed) {
    this.list = part(figure, "[data-legend]");
    /** @type {Set<number>} */
    this.chosen = new Set();
    this.list.addEventListener("click", (event) => {
      const button = around(event, "button");
      if (!(button instanceof HTMLButtonElement)) return;
      const kind = Number(button.value);
      if (!this.chosen.delete(kind)) this.chosen.add(kind);
      button.setAttribute("aria-pressed", String(this.chosen.has(kind)));
      changed();
    });
  }

  /** @param {Kinds} kinds @param {Points} points */
  show({ entries, has }, { count }) {
    this.chosen.clear();
    const shown = entries
      .map((entry, kind) => ({ ...entry, kind }))
      .filter(({ kind }) => worn(kind, has, count));
    this.list.replaceChildren(...shown.map(item));
  }
}

/** @param {number} kind @param {Kinds["has"]} has @param {number} count */
function worn(kind, has, count) {
  for (let row = 0; row < count; row++) if (has(row, kind)) return true;
  return false;
}

/** @param {KindEntry & { kind: number }} entry */
function item({ name, colour, kind }) {
  const button = document.createElement("button");
  button.type = "button";
  button.value = String(kind);
  button.setAttribute("aria-pressed", "false");
  const dot = document.createElement("span");
  dot.className = "dot";
  dot.style.background = `var(${colour}, var(--ink-faint))`;
  button.append(dot, name);
  const entry = document.createElement("li");
  entry.append(button);
  return entry;
}
