// The legend: each kind is a switch, and while any is on, the other points fade.

export class Legend {
  constructor(figure, changed) {
    this.list = figure.querySelector("[data-legend]");
    this.chosen = new Set();
    this.list.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      const kind = Number(button.value);
      if (!this.chosen.delete(kind)) this.chosen.add(kind);
      button.setAttribute("aria-pressed", this.chosen.has(kind));
      changed();
    });
  }

  show({ entries, has }, { count }) {
    this.chosen.clear();
    const shown = entries
      .map((entry, kind) => ({ ...entry, kind }))
      .filter(({ kind }) => worn(kind, has, count));
    this.list.replaceChildren(...shown.map(item));
  }
}

function worn(kind, has, count) {
  for (let row = 0; row < count; row++) if (has(row, kind)) return true;
  return false;
}

function item({ name, colour, kind }) {
  const button = document.createElement("button");
  button.type = "button";
  button.value = kind;
  button.setAttribute("aria-pressed", "false");
  const dot = document.createElement("span");
  dot.className = "dot";
  dot.style.background = `var(${colour}, var(--ink-faint))`;
  button.append(dot, name);
  const entry = document.createElement("li");
  entry.append(button);
  return entry;
}
