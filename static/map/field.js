// What every map of posters has: its points on a canvas, their colours, buttons and legend. Drawn at
// most once a frame. Who extends it draws, and says what pointing, choosing and stepping do.

import { partAs, parts, words } from "../parts.js";
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
  /** @param {HTMLElement} figure @param {Points} points */
  constructor(figure, points) {
    this.figure = figure;
    this.points = points;
    this.canvas = partAs(HTMLCanvasElement, figure, "canvas");
    this.sheet = /** @type {HTMLElement} */ (this.canvas.parentElement);
    this.buttons = parts(figure, "[data-zoom]");
    this.colouring = "genre";
    /** @type {Colours} */
    this.colours = { kinds: new Uint8Array(), colours: [], lit: null, ground: [0, 0, 0] };
    this.density = 1;
    /** @type {number | undefined} */
    this.frame = undefined;
    this.grid = new Grid(points);
    this.view = new View(points.side, middle(points));
    this.painter = new Painter(this.canvas);
    this.legend = new Legend(figure, () => this.recolour());
  }

  draw() {}

  resize() {}

  /** @param {MapActs} acts */
  listen(acts) {
    const { view } = this;
    const { zoom } = listen(this.canvas, {
      view,
      whole: () => view.whole(),
      zoomed: () => this.keepSome(),
      ...acts,
    });
    const whole = () => {
      view.whole();
      acts.moved();
    };
    /** @type {Record<string, () => void>} */
    const presses = { in: () => zoom(1), out: () => zoom(-1), whole };
    for (const button of this.buttons)
      button.addEventListener("click", presses[words(button).zoom]);
    /** @type {NodeListOf<HTMLInputElement>} */
    const radios = this.figure.querySelectorAll("[data-colour]");
    for (const radio of radios) {
      radio.addEventListener("change", () => this.colourBy(radio.value));
    }
    new ResizeObserver(() => this.resize()).observe(this.sheet);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolour());
    this.colourBy(partAs(HTMLInputElement, this.figure, "[data-colour]:checked").value);
  }

  /** @param {string} name */
  colourBy(name) {
    this.colouring = name;
    this.legend.show(this.kindsOf(new Set()), this.points);
    this.recolour();
  }

  /** @param {Set<number>} chosen */
  kindsOf(chosen) {
    return KINDS[this.colouring](this.points, chosen, words(this.figure));
  }

  recolour() {
    const { chosen } = this.legend;
    const { entries, of, has } = this.kindsOf(chosen);
    /** @param {number} _ @param {number} row */
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
    for (const button of this.buttons)
      button.setAttribute("aria-disabled", String(ends[words(button).zoom] ?? false));
  }

  // Device pixels a CSS pixel.
  /** @param {number} density */
  sharpen(density) {
    this.density = density;
    this.painter.resize(
      Math.round(this.view.width * density),
      Math.round(this.view.height * density),
    );
  }

  drawPoints() {
    const { density, view } = this;
    const scaled = {
      scale: view.scale * density,
      left: view.left * density,
      top: view.top * density,
    };
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

  // Whether the legend leaves a row among what stands out.
  /** @param {number} row */
  stands(row) {
    const { lit } = this.colours;
    return !lit || lit[row] === 1;
  }

  /** @param {number} x @param {number} y */
  at(x, y) {
    if (Number.isNaN(x)) return -1;
    const reach = REACH / this.view.scale;
    return this.grid.nearest(...this.view.place(x, y), reach, (row) => this.stands(row));
  }

  // The next film that way from a row, or from the middle for -1; -1 where there is none.
  /** @param {number} here @param {number} across @param {number} down */
  next(here, across, down) {
    const { points, view } = this;
    const [x, y] =
      here >= 0 ? [points.x[here], points.y[here]] : view.place(view.width / 2, view.height / 2);
    /** @param {number} row */
    const stands = (row) => this.stands(row);
    /** @param {number} row */
    const ahead = (row) => {
      const [right, below] = [points.x[row] - x, points.y[row] - y];
      const along = right * across + below * down;
      const aside = Math.abs(right * down) + Math.abs(below * across);
      return row !== here && stands(row) && along > Math.max(aside, 4 / view.scale);
    };
    for (const far of [...FARTHEST, 2 * points.side * view.scale]) {
      const row = this.grid.nearest(x, y, far / view.scale, here < 0 ? stands : ahead);
      if (row >= 0) return row;
    }
    return -1;
  }

  // Bring a film into view that is out of it, or nearly so.
  /** @param {number} row */
  centreUnlessSeen(row) {
    const { points, view } = this;
    const [px, py] = view.pixel(points.x[row], points.y[row]);
    const seen = px > REACH && py > REACH && px < view.width - REACH && py < view.height - REACH;
    if (!seen) view.centre(points.x[row], points.y[row]);
  }

  // A press of + goes for the middle, where there may be nothing: then for the film nearest to it.
  keepSome() {
    if (!this.seesSome()) this.centreNearest();
  }

  seesSome() {
    const { grid, points, view } = this;
    const [left, top] = view.place(0, 0);
    const [right, bottom] = view.place(view.width, view.height);
    let some = false;
    grid.visit(left, top, right, bottom, (row) => {
      const [across, down] = [points.x[row], points.y[row]];
      some ||=
        across >= left && across <= right && down >= top && down <= bottom && this.stands(row);
    });
    return some;
  }

  // The film nearest to the middle, wherever it is; -1 for none.
  nearestRow() {
    const { grid, points, view } = this;
    const [x, y] = view.place(view.width / 2, view.height / 2);
    return grid.nearest(x, y, 2 * points.side, (row) => this.stands(row));
  }

  centreNearest() {
    const row = this.nearestRow();
    if (row >= 0) this.view.centre(this.points.x[row], this.points.y[row]);
  }
}
