// The map in a file of its own: points, and a line about the film under the pointer. No server.

import { part, stars, words } from "../parts.js";
import { Field } from "./field.js";
import { read, UNRATED } from "./points.js";

const RING = 8; // CSS pixels, around the film told of

class ExportedMap extends Field {
  /** @param {HTMLElement} figure @param {Points} points @param {string[]} titles */
  constructor(figure, points, titles) {
    super(figure, points);
    this.titles = titles;
    this.told = -1;
    this.line = part(figure, "[data-film]");
    this.hint = this.line.textContent;
    this.listen({
      moved: () => this.changed(),
      pointAt: (x, y) => this.tell(this.at(x, y)),
      leave: () => this.tell(-1),
      choose: (x = NaN, y = NaN) => this.tell(this.at(x, y)),
      step: (across, down) => this.step(across, down),
      freeWheel: true,
    });
    this.resize();
  }

  resize() {
    this.view.resize(this.sheet.clientWidth, this.sheet.clientHeight);
    this.sharpen(Math.min(3, devicePixelRatio || 1));
    this.draw(); // at once: a resized canvas is blank
  }

  draw() {
    const { density, points, view } = this;
    if (!view.scale) return;
    this.drawPoints();
    if (this.told < 0) return;
    const { context } = this.painter;
    const [x, y] = view.pixel(points.x[this.told], points.y[this.told]);
    context.strokeStyle = getComputedStyle(this.canvas).color;
    context.lineWidth = 2 * density;
    context.beginPath();
    context.arc(x * density, y * density, RING * density, 0, 2 * Math.PI);
    context.stroke();
  }

  // From the film told of, else from the middle.
  /** @param {number} across @param {number} down */
  step(across, down) {
    const row = this.next(this.told, across, down);
    if (row < 0) return;
    this.centreUnlessSeen(row);
    this.tell(row);
  }

  /** @param {number} row */
  tell(row) {
    if (row === this.told) return;
    this.told = row;
    this.line.textContent = row < 0 ? this.hint : this.facts(row);
    this.canvas.classList.toggle("over", row >= 0);
    this.changed();
  }

  /** @param {number} row */
  facts(row) {
    const { genres, genreNames, ratings, years } = this.points;
    const { sayNotRated, sayYearUnknown } = words(this.figure);
    const rating = ratings[row] === UNRATED ? sayNotRated : stars(ratings[row] / 10);
    const named = genreNames.filter((_, bit) => (genres[row] >>> bit) & 1).join(", ");
    return [this.titles[row], years[row] || sayYearUnknown, rating, named]
      .filter(Boolean)
      .join(" · ");
  }
}

const packed = part(document, "#points").textContent.trim();
const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
const titles = JSON.parse(part(document, "#titles").textContent);
new ExportedMap(part(document, ".map"), read(bytes.buffer), titles);
