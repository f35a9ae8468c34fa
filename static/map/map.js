// The map of all posters: fetched once it comes near, drawn at most once a frame.

import { HoverCard } from "../card.js";
import { facts, film } from "../films.js";
import * as linked from "../linked.js";
import { FilmPanel } from "./film-panel.js";
import { listen } from "./gestures.js";
import { Grid } from "./grid.js";
import { colourNamed, KINDS } from "./kinds.js";
import { Legend } from "./legend.js";
import { drawQuery, ring } from "./marks.js";
import { Painter } from "./paint.js";
import { fetchPoints, middle, rowOf } from "./points.js";
import { Pictures } from "./pictures.js";
import { View } from "./view.js";

const REACH = 12; // CSS pixels from the pointer to the film it means
const FARTHEST = [40, 160, 640, 2560]; // CSS pixels an arrow key looks for the next film
const CLOSEST = 6; // times the whole map's scale, at which a query is first shown
const SHARPEST = 3; // device pixels a CSS pixel at most
const SLOW = 10; // milliseconds of a frame; a map that takes longer moves with fewer pixels
const SETTLED = 150; // milliseconds without movement, after which it is sharp again

class PosterMap {
  constructor(figure, points) {
    this.figure = figure;
    this.points = points;
    this.canvas = figure.querySelector("canvas");
    this.sheet = this.canvas.parentElement;
    this.query = JSON.parse(figure.dataset.query ?? "null");
    this.grid = new Grid(points);
    this.view = new View(points.side, middle(points));
    this.painter = new Painter(this.canvas);
    this.card = new HoverCard(this.sheet);
    this.panel = new FilmPanel(figure);
    this.pictures = new Pictures(points, this.grid, () => this.changed());
    this.legend = new Legend(figure, () => this.recolour());
    this.pointedRow = this.litRow = this.chosenRow = -1;
    this.listen();
  }

  listen() {
    const zoom = listen(this.canvas, {
      view: this.view,
      moved: () => this.moved(),
      pointAt: (x, y) => this.pointAt(x, y),
      leave: () => this.pointAt(NaN, NaN),
      choose: (x = NaN, y = NaN) => this.choose(this.at(x, y)),
      step: (across, down) => this.step(across, down),
      whole: () => this.view.whole(),
      freeWheel: "wheel" in this.figure.dataset,
    }).zoom;
    const acts = { in: () => zoom(1), out: () => zoom(-1), whole: () => this.whole() };
    for (const button of this.figure.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", acts[button.dataset.zoom]);
    }
    for (const radio of this.figure.querySelectorAll("[data-colour]")) {
      radio.addEventListener("change", () => this.colourBy(radio.value));
    }
    new ResizeObserver(() => this.resize()).observe(this.sheet);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolour());
    this.colourBy(this.figure.querySelector("[data-colour]:checked").value);
    linked.listen((state) => this.light(state));
    this.figure.addEventListener("query", () => {
      this.query = JSON.parse(this.figure.dataset.query);
      this.changed();
    });
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.sheet;
    if (!width || !height) return;
    const first = !this.view.scale;
    this.view.resize(width, height);
    this.sharpen(Math.min(SHARPEST, devicePixelRatio || 1));
    if (first && this.query) this.view.around(this.queryPlaces(), CLOSEST);
    this.draw(); // at once: a resized canvas is blank
  }

  // Device pixels a CSS pixel.
  sharpen(density) {
    this.density = density;
    this.painter.resize(Math.round(this.view.width * density), Math.round(this.view.height * density));
  }

  // Dragged or zoomed: sixty frames a second matter more than fine pixels.
  moved() {
    clearTimeout(this.settling);
    if (this.slow && this.density > 1) this.sharpen(1);
    this.settling = setTimeout(() => this.resize(), SETTLED);
    this.changed();
  }

  queryPlaces() {
    const rows = this.query.results.map((id) => rowOf(this.points, id)).filter((row) => row >= 0);
    return [this.query.place, ...rows.map((row) => [this.points.x[row], this.points.y[row]])];
  }

  colourBy(name) {
    this.kindsOf = (chosen) => KINDS[name](this.points, chosen, this.figure.dataset);
    this.legend.show(this.kindsOf(new Set()), this.points);
    this.recolour();
  }

  recolour() {
    const { chosen } = this.legend;
    const kinds = this.kindsOf(chosen);
    const colours = kinds.entries.map(({ colour }) => colourNamed(colour));
    this.colours = {
      kinds: kinds.of,
      colours: [...colours, colourNamed("--ink-faint")], // the last: nothing known
      lit: chosen.size ? Uint8Array.from(kinds.of, (_, row) => +[...chosen].some((kind) => kinds.has(row, kind))) : null,
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
    if (!this.view.scale) return;
    const began = performance.now();
    const { density, view } = this;
    const scaled = { scale: view.scale * density, left: view.left * density, top: view.top * density };
    this.painter.draw(this.points, scaled, {
      ...this.colours,
      radius: Math.round(4 * density * this.radius()) / 4,
    });
    this.slow ||= performance.now() - began > SLOW;
    const { context } = this.painter;
    context.setTransform(density, 0, 0, density, 0, 0);
    const hangs = this.pictures.draw(context, view, this.colours.lit, this.litRow);
    if (this.query) drawQuery(context, view, this.points, this.query);
    const numbered = this.query?.results.includes(this.points.ids[this.litRow]);
    if (this.litRow >= 0 && !hangs) ring(context, view, this.points, this.litRow, numbered);
    context.setTransform(1, 0, 0, 1, 0, 0);
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

  pointAt(x, y) {
    const row = this.at(x, y);
    this.canvas.classList.toggle("over", row >= 0);
    if (row === this.pointedRow) return;
    this.pointedRow = row;
    this.card.hide();
    linked.point(row < 0 ? null : this.points.ids[row]);
    if (row >= 0) this.tell(row);
  }

  async tell(row) {
    const id = this.points.ids[row];
    const found = await film(id);
    if (!found || this.pointedRow !== row) return;
    const place = this.query ? this.query.results.indexOf(id) + 1 : 0;
    const told = { title: found.title, facts: facts(found, this.figure.dataset), picture: found.thumbnail_url, place };
    this.card.show(told, ...this.view.pixel(this.points.x[row], this.points.y[row]));
  }

  choose(row) {
    linked.choose(row < 0 ? null : this.points.ids[row]);
  }

  // The next film that way: from the one chosen, else from the middle.
  step(across, down) {
    const { points, view } = this;
    const here = this.chosenRow;
    const [x, y] = here >= 0 ? [points.x[here], points.y[here]] : view.place(view.width / 2, view.height / 2);
    const { lit } = this.colours;
    const ahead = (row) => {
      const [right, below] = [points.x[row] - x, points.y[row] - y];
      const along = right * across + below * down;
      const aside = Math.abs(right * down) + Math.abs(below * across);
      return row !== here && (!lit || lit[row]) && along > Math.max(aside, 4 / view.scale);
    };
    for (const far of FARTHEST) {
      const row = this.grid.nearest(x, y, far / view.scale, here < 0 ? undefined : ahead);
      if (row >= 0) return this.visit(row);
    }
  }

  visit(row) {
    const [px, py] = this.view.pixel(this.points.x[row], this.points.y[row]);
    const seen = px > REACH && py > REACH && px < this.view.width - REACH && py < this.view.height - REACH;
    if (!seen) this.view.centre(this.points.x[row], this.points.y[row]);
    this.choose(row);
  }

  whole() {
    this.view.whole();
    this.changed();
  }

  light({ chosen, lit }) {
    const row = (id) => (id === null ? -1 : rowOf(this.points, id));
    this.litRow = row(lit);
    this.chosenRow = row(chosen);
    this.panel.show(chosen);
    this.changed();
  }
}

async function start(figure) {
  const waiting = figure.querySelector(".waiting");
  try {
    const map = new PosterMap(figure, await fetchPoints(figure.dataset.map));
    waiting.remove();
    map.resize();
    figure.dataset.drawn = "";
  } catch {
    waiting.textContent = figure.dataset.sayTrouble;
  }
}

// After the posters: the points are fetched once the page is in and the map comes near.
const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      start(target);
    }
  },
  { rootMargin: "400px" },
);
const watch = () => document.querySelectorAll("[data-map]").forEach((figure) => near.observe(figure));
if (document.readyState === "complete") watch();
else window.addEventListener("load", watch, { once: true });
