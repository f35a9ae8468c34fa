// The map of all posters: fetched once it comes near.

import { HoverCard } from "../card.js";
import { facts, film } from "../films.js";
import * as linked from "../linked.js";
import { part, parts, whenNear, words } from "../parts.js";
import { Field } from "./field.js";
import { FilmPanel } from "./film-panel.js";
import { wireFind } from "./find.js";
import { drawQuery, ring } from "./marks.js";
import { NearestPoster } from "./nearest.js";
import { Pictures } from "./pictures.js";
import { fetchPoints, rowOf } from "./points.js";
import { drawRegions, regionsSeen } from "./regions.js";
import { Sampled } from "./sampled.js";

const CLOSEST = 40; // times the whole map's scale, at which a query or a film sought is first shown
const SHARPEST = 3; // device pixels a CSS pixel at most
const SLOW = 10; // milliseconds of a frame; a map that takes longer moves with fewer pixels
const SETTLED = 150; // milliseconds without movement, after which it is sharp again

class PosterMap extends Field {
  /** @param {HTMLElement} figure @param {Points} points */
  constructor(figure, points) {
    super(figure, points);
    this.slow = false;
    this.settling = 0;
    /** @type {MapQuery | null} */
    this.query = JSON.parse(figure.dataset.query ?? "null");
    this.card = new HoverCard(this.sheet);
    this.panel = new FilmPanel(figure);
    // Beside an answer the map tells where it lies: there only its own are marked.
    const sampled = this.query ? null : new Sampled(points);
    this.pictures = new Pictures(points, this.grid, sampled, () => this.changed());
    /** @type {import("./regions.js").Region[]} */
    this.regions = [];
    this.nearest = new NearestPoster(figure, () => {
      this.centreNearest();
      this.canvas.focus({ preventScroll: true });
      this.moved();
    });
    wireFind(figure, (id) => this.goTo(rowOf(points, id)));
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
    document.fonts.ready.then(() => this.changed()); // names are drawn in the page's own letters
    figure.addEventListener("query", () => {
      this.query = JSON.parse(words(figure).query);
      this.changed();
    });
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.sheet;
    if (!width || !height) return;
    const first = !this.view.scale;
    this.view.resize(width, height);
    this.sharpen(Math.min(SHARPEST, devicePixelRatio || 1));
    if (first && this.query) this.view.around(this.placesOf(this.query), CLOSEST);
    if (!this.query) this.regions = regionsSeen(this.points, this.grid, this.view);
    this.draw(); // at once: a resized canvas is blank
    this.pointToNearest();
  }

  // What stands out changes with the legend, and so which poster is the nearest.
  recolour() {
    super.recolour();
    if (this.view.scale) this.pointToNearest(); // not before it has a size
  }

  // Never is there nothing to see and no way on.
  pointToNearest() {
    const row = this.seesSome() ? -1 : this.nearestRow();
    if (row < 0) return this.nearest.hide();
    const { width, height } = this.view;
    const [x, y] = this.view.pixel(this.points.x[row], this.points.y[row]);
    this.nearest.point(x - width / 2, y - height / 2, width, height);
  }

  // Near enough for its picture, and pinned.
  /** @param {number} row */
  goTo(row) {
    if (row < 0) return false;
    const { x, y } = this.points;
    this.view.around([[x[row], y[row]]], CLOSEST);
    this.choose(row);
    this.moved();
    return true;
  }

  // Dragged or zoomed: sixty frames a second matter more than fine pixels.
  moved() {
    clearTimeout(this.settling);
    this.regions = []; // named anew where it rests
    this.nearest.hide();
    if (this.slow && this.density > 1) this.sharpen(1);
    this.settling = setTimeout(() => this.resize(), SETTLED);
    this.changed();
  }

  /** @param {MapQuery} query @returns {Place[]} */
  placesOf({ place, results }) {
    const rows = results.map((id) => rowOf(this.points, id)).filter((row) => row >= 0);
    const { x, y } = this.points;
    return [place, ...rows.map((row) => /** @type {Place} */ ([x[row], y[row]]))];
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
    drawRegions(context, view, this.regions, words(this.figure).sayDecade);
    if (this.query) drawQuery(context, view, this.points, this.query);
    const numbered = this.query?.results.includes(this.points.ids[this.litRow]) ?? false;
    if (this.litRow >= 0 && !hangs) ring(context, view, this.points, this.litRow, numbered);
    context.setTransform(1, 0, 0, 1, 0, 0);
  }

  /** @param {number} x @param {number} y @returns {number} */
  at(x, y) {
    const hung = this.pictures.rowAt(x, y);
    return hung >= 0 ? hung : super.at(x, y);
  }

  /** @param {number} x @param {number} y */
  pointAt(x, y) {
    const row = this.at(x, y);
    this.canvas.classList.toggle("over", row >= 0);
    if (row === this.pointedRow) return;
    this.pointedRow = row;
    this.card.hide();
    linked.point(row < 0 ? null : this.points.ids[row]);
    if (row >= 0) this.tell(row);
  }

  /** @param {number} row */
  async tell(row) {
    const id = this.points.ids[row];
    const found = await film(id);
    if (!found || this.pointedRow !== row) return;
    const place = this.query ? this.query.results.indexOf(id) + 1 : 0;
    const told = {
      title: found.title,
      facts: facts(found, words(this.figure)),
      picture: found.thumbnail_url,
      place,
    };
    this.card.show(told, ...this.view.pixel(this.points.x[row], this.points.y[row]));
  }

  /** @param {number} row */
  choose(row) {
    const id = row < 0 ? null : this.points.ids[row];
    if (row >= 0 && row === this.chosenRow) this.panel.show(id, true);
    linked.choose(id);
  }

  // From the film chosen, else from the middle.
  /** @param {number} across @param {number} down */
  step(across, down) {
    const row = this.next(this.chosenRow, across, down);
    if (row < 0) return;
    this.centreUnlessSeen(row);
    this.choose(row);
  }

  /** @param {Lit} state */
  light({ chosen, lit }) {
    /** @param {number | null} id */
    const row = (id) => (id === null ? -1 : rowOf(this.points, id));
    this.litRow = row(lit);
    this.chosenRow = row(chosen);
    this.panel.show(chosen);
    this.changed();
  }
}

/** @param {HTMLElement} figure */
async function start(figure) {
  const waiting = part(figure, ".waiting");
  try {
    const map = new PosterMap(figure, await fetchPoints(words(figure).map));
    waiting.remove();
    map.resize();
    figure.dataset.drawn = "";
  } catch {
    waiting.textContent = words(figure).sayTrouble;
  }
}

// After the posters: the points are fetched once the page is in and the map comes near.
const near = whenNear(start);
function watch() {
  for (const figure of parts(document, "[data-map]")) near.observe(figure);
}
if (document.readyState === "complete") watch();
else window.addEventListener("load", watch, { once: true });
