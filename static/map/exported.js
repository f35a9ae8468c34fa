// The map in a file of its own: points, and a line about the film under the pointer. No server.

import { listen } from "./gestures.js";
import { Grid } from "./grid.js";
import { colourNamed, KINDS } from "./kinds.js";
import { Legend } from "./legend.js";
import { Painter } from "./paint.js";
import { middle, read, UNRATED } from "./points.js";
import { View } from "./view.js";

const REACH = 12; // CSS pixels from the pointer to the film it means
const FARTHEST = [40, 160, 640, 2560]; // CSS pixels an arrow key looks for the next film
const LANGUAGE = document.documentElement.lang || undefined;
const ONE_PLACE = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
const RING = 8; // CSS pixels, around the film told of

class ExportedMap {
  constructor(figure, points, titles) {
    Object.assign(this, { figure, points, titles, told: -1 });
    this.canvas = figure.querySelector("canvas");
    this.line = figure.querySelector("[data-film]");
    this.hint = this.line.textContent;
    this.grid = new Grid(points);
    this.view = new View(points.side, middle(points));
    this.painter = new Painter(this.canvas);
    this.legend = new Legend(figure, () => this.recolour());
    const { zoom } = listen(this.canvas, {
      view: this.view,
      moved: () => this.changed(),
      pointAt: (x, y) => this.tell(this.at(x, y)),
      leave: () => this.tell(-1),
      choose: (x = NaN, y = NaN) => this.tell(this.at(x, y)),
      step: (across, down) => this.step(across, down),
      whole: () => this.view.whole(),
      freeWheel: true,
    });
    const whole = () => { this.view.whole(); this.changed(); };
    const acts = { in: () => zoom(1), out: () => zoom(-1), whole };
    for (const button of figure.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", acts[button.dataset.zoom]);
    }
    for (const radio of figure.querySelectorAll("[data-colour]")) {
      radio.addEventListener("change", () => this.colourBy(radio.value));
    }
    new ResizeObserver(() => this.resize()).observe(this.canvas.parentElement);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolour());
    this.colourBy(figure.querySelector("[data-colour]:checked").value);
    this.resize();
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.canvas.parentElement;
    this.density = Math.min(3, devicePixelRatio || 1);
    this.view.resize(width, height);
    this.painter.resize(Math.round(width * this.density), Math.round(height * this.density));
    this.draw(); // at once: a resized canvas is blank
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
      colours: [...entries.map(({ colour }) => colourNamed(colour)), colourNamed("--ink-faint")],
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
    });
  }

  draw() {
    const { density, points, view } = this;
    if (!view.scale) return;
    const scaled = { scale: view.scale * density, left: view.left * density, top: view.top * density };
    const room = Math.sqrt((view.width * view.height) / points.count);
    const radius = Math.min(7, Math.min(3, Math.max(1, 0.27 * room)) * view.zoom ** 0.4);
    this.painter.draw(points, scaled, { ...this.colours, radius: Math.round(4 * density * radius) / 4 });
    if (this.told < 0) return;
    const { context } = this.painter;
    const [x, y] = view.pixel(points.x[this.told], points.y[this.told]);
    context.strokeStyle = getComputedStyle(this.canvas).color;
    context.lineWidth = 2 * density;
    context.beginPath();
    context.arc(x * density, y * density, RING * density, 0, 2 * Math.PI);
    context.stroke();
  }

  at(x, y) {
    if (Number.isNaN(x)) return -1;
    const { lit } = this.colours;
    const near = REACH / this.view.scale;
    return this.grid.nearest(...this.view.place(x, y), near, (row) => !lit || lit[row] === 1);
  }

  // The next film that way: from the one told of, else from the middle.
  step(across, down) {
    const { points, view, told } = this;
    const [x, y] = told >= 0 ? [points.x[told], points.y[told]] : view.place(view.width / 2, view.height / 2);
    const ahead = (row) => {
      const [right, below] = [points.x[row] - x, points.y[row] - y];
      const aside = Math.abs(right * down) + Math.abs(below * across);
      return row !== told && right * across + below * down > Math.max(aside, 4 / view.scale);
    };
    for (const far of FARTHEST) {
      const row = this.grid.nearest(x, y, far / view.scale, told < 0 ? undefined : ahead);
      if (row < 0) continue;
      const [px, py] = view.pixel(points.x[row], points.y[row]);
      if (px < 0 || py < 0 || px > view.width || py > view.height) view.centre(points.x[row], points.y[row]);
      return this.tell(row);
    }
  }

  tell(row) {
    if (row === this.told) return;
    this.told = row;
    this.line.textContent = row < 0 ? this.hint : this.facts(row);
    this.canvas.classList.toggle("over", row >= 0);
    this.changed();
  }

  facts(row) {
    const { genres, genreNames, ratings, years } = this.points;
    const { sayNotRated, sayYearUnknown } = this.figure.dataset;
    const rating = ratings[row] === UNRATED ? sayNotRated : `★ ${(ratings[row] / 10).toLocaleString(LANGUAGE, ONE_PLACE)}`;
    const named = genreNames.filter((_, bit) => (genres[row] >>> bit) & 1).join(", ");
    return [this.titles[row], years[row] || sayYearUnknown, rating, named].filter(Boolean).join(" · ");
  }
}

const packed = document.querySelector("#points").textContent.trim();
const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
const titles = JSON.parse(document.querySelector("#titles").textContent);
new ExportedMap(document.querySelector(".map"), read(bytes.buffer), titles);
