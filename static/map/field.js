// What every map of posters has: its points on a canvas, their colours, buttons and legend. Drawn at
// most once a frame. Who extends it draws, and says what pointing, choosing and stepping do.

import { listen } from "./gestures.js";
import { Grid } from "./grid.js";
import { colourNamed, KINDS } from "./kinds.js";
import { Legend } from "./legend.js";
import { Painter } from "./paint.js";
import { middle } from "./points.js";
import { View } from "./view.js";

const REACH = 12; // CSS pixels from the pointer to the film it means
const FARTHEST = [40, 160, 640, 2560]; // CSS pixels an arrow key looks for the next film, before it looks everywhere

export class Field {
  constructor(figure, points) {
    Object.assign(this, { figure, points });
    this.canvas = figure.querySelector("canvas");
    this.sheet = this.canvas.parentElement;
    this.grid = new Grid(points);
    this.view = new View(points.side, middle(points));
    this.painter = new Painter(this.canvas);
    this.legend = new Legend(figure, () => this.recolour());
  }

  // `acts`: moved, pointAt, leave, choose, step and freeWheel, as gestures.js takes them.
  listen(acts) {
    const { view } = this;
    const { zoom } = listen(this.canvas, {
      view,
      whole: () => view.whole(),
      zoomed: () => this.keepSome(),
      ...acts,
    });
    const buttons = { in: () => zoom(1), out: () => zoom(-1), whole: () => this.whole() };
    this.buttons = this.figure.querySelectorAll("[data-zoom]");
    for (const button of this.buttons) button.addEventListener("click", buttons[button.dataset.zoom]);
    for (const radio of this.figure.querySelectorAll("[data-colour]")) {
      radio.addEventListener("change", () => this.colourBy(radio.value));
    }
    new ResizeObserver(() => this.resize()).observe(this.sheet);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolour());
    this.colourBy(this.figure.querySelector("[data-colour]:checked").value);
  }

  colourBy(name) {
    this.kindsOf = (chosen) => KINDS[name](this.points, chosen, this.figure.dataset);
    this.legend.show(this.kindsOf(new Set()), this.points);
    this.recolour();
  }

  recolour() {
    const { chosen } = this.legend;
    const { entries, of, has } = this.kindsOf(chosen);
    const stands = (_, row) => +[...chosen].some((kind) => has(row, kind));
    this.colours = {
      kinds: of,
      colours: [...entries.map(({ colour }) => colourNamed(colour)), colourNamed("--ink-faint")], // the last: nothing known
      lit: chosen.size ? Uint8Array.from(of, stands) : null,
      ground: colourNamed("--sheet"),
    };
    this.changed();
  }

  // Once a frame, however often something changed.
  changed() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.draw();
      this.tellEnds();
    });
  }

  // Not `disabled`: the button just pressed would lose the focus.
  tellEnds() {
    const { ends } = this.view;
    for (const button of this.buttons) button.setAttribute("aria-disabled", Boolean(ends[button.dataset.zoom]));
  }

  // Device pixels a CSS pixel.
  sharpen(density) {
    this.density = density;
    this.painter.resize(Math.round(this.view.width * density), Math.round(this.view.height * density));
  }

  drawPoints() {
    const { density, view } = this;
    const scaled = { scale: view.scale * density, left: view.left * density, top: view.top * density };
    this.painter.draw(this.points, scaled, {
      ...this.colours,
      radius: Math.round(4 * density * this.radius()) / 4,
    });
  }

  // CSS pixels: more room for each point where there are few, or once they come apart.
  radius() {
    const { width, height, zoom } = this.view;
    const room = Math.sqrt((width * height) / this.points.count);
    return Math.min(7, Math.min(3, Math.max(1, 0.27 * room)) * zoom ** 0.4);
  }

  at(x, y) {
    if (Number.isNaN(x)) return -1;
    const { lit } = this.colours;
    const reach = REACH / this.view.scale;
    return this.grid.nearest(...this.view.place(x, y), reach, (row) => !lit || lit[row] === 1);
  }

  // The next film that way from a row, or from the middle for -1; -1 where there is none.
  next(here, across, down) {
    const { points, view } = this;
    const [x, y] = here >= 0 ? [points.x[here], points.y[here]] : view.place(view.width / 2, view.height / 2);
    const { lit } = this.colours;
    const ahead = (row) => {
      const [right, below] = [points.x[row] - x, points.y[row] - y];
      const along = right * across + below * down;
      const aside = Math.abs(right * down) + Math.abs(below * across);
      return row !== here && (!lit || lit[row]) && along > Math.max(aside, 4 / view.scale);
    };
    for (const far of [...FARTHEST, 2 * points.side * view.scale]) {
      const row = this.grid.nearest(x, y, far / view.scale, here < 0 ? undefined : ahead);
      if (row >= 0) return row;
    }
    return -1;
  }

  // Bring a film into view that is out of it, or nearly so.
  centreUnlessSeen(row) {
    const { points, view } = this;
    const [px, py] = view.pixel(points.x[row], points.y[row]);
    const seen = px > REACH && py > REACH && px < view.width - REACH && py < view.height - REACH;
    if (!seen) view.centre(points.x[row], points.y[row]);
  }

  // A press of + goes for the middle, where there may be nothing: then for the film nearest to it.
  keepSome() {
    const { grid, points, view } = this;
    const { lit } = this.colours;
    const [left, top] = view.place(0, 0);
    const [right, bottom] = view.place(view.width, view.height);
    let some = false;
    grid.visit(left, top, right, bottom, (row) => {
      const [across, down] = [points.x[row], points.y[row]];
      some ||= across >= left && across <= right && down >= top && down <= bottom && (!lit || lit[row] === 1);
    });
    if (some) return;
    const [x, y] = view.place(view.width / 2, view.height / 2);
    const row = grid.nearest(x, y, points.side, (each) => !lit || lit[each] === 1);
    if (row >= 0) view.centre(points.x[row], points.y[row]);
  }

  whole() {
    this.view.whole();
    this.changed();
  }
}
