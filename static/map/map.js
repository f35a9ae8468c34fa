// The map of all posters: fetched once it comes near.

import { HoverCard } from "../card.js";
import { facts, film } from "../films.js";
import * as linked from "../linked.js";
import { Field } from "./field.js";
import { FilmPanel } from "./film-panel.js";
import { drawQuery, ring } from "./marks.js";
import { fetchPoints, rowOf } from "./points.js";
import { Pictures } from "./pictures.js";

const CLOSEST = 6; // times the whole map's scale, at which a query is first shown
const SHARPEST = 3; // device pixels a CSS pixel at most
const SLOW = 10; // milliseconds of a frame; a map that takes longer moves with fewer pixels
const SETTLED = 150; // milliseconds without movement, after which it is sharp again

class PosterMap extends Field {
  constructor(figure, points) {
    super(figure, points);
    this.query = JSON.parse(figure.dataset.query ?? "null");
    this.card = new HoverCard(this.sheet);
    this.panel = new FilmPanel(figure);
    this.pictures = new Pictures(points, this.grid, () => this.changed());
    this.pointedRow = this.litRow = this.chosenRow = -1;
    this.listen({
      moved: () => this.moved(),
      pointAt: (x, y) => this.pointAt(x, y),
      leave: () => this.pointAt(NaN, NaN),
      choose: (x = NaN, y = NaN) => this.choose(this.at(x, y)),
      step: (across, down) => this.step(across, down),
      freeWheel: "wheel" in figure.dataset,
    });
    linked.listen((state) => this.light(state));
    figure.addEventListener("query", () => {
      this.query = JSON.parse(figure.dataset.query);
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

  draw() {
    if (!this.view.scale) return;
    const began = performance.now();
    const { density, view } = this;
    this.drawPoints();
    this.slow ||= performance.now() - began > SLOW;
    const { context } = this.painter;
    context.setTransform(density, 0, 0, density, 0, 0);
    const hangs = this.pictures.draw(context, view, this.colours.lit, this.litRow);
    if (this.query) drawQuery(context, view, this.points, this.query);
    const numbered = this.query?.results.includes(this.points.ids[this.litRow]);
    if (this.litRow >= 0 && !hangs) ring(context, view, this.points, this.litRow, numbered);
    context.setTransform(1, 0, 0, 1, 0, 0);
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

  // From the film chosen, else from the middle.
  step(across, down) {
    const row = this.next(this.chosenRow, across, down);
    if (row < 0) return;
    this.centreUnlessSeen(row);
    this.choose(row);
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
