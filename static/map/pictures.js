// Once few enough points are in view, their posters hang there themselves; before, some of them.

import { film } from "../films.js";
import { tone } from "./marks.js";

/** @import { Grid } from "./grid.js" */
/** @import { Sampled } from "./sampled.js" */
/** @import { View } from "./view.js" */

const MOST = 140; // posters at once
const CROWDED = 4000; // points in the cells around, not worth looking through
const SETTLED = 140; // milliseconds without movement before any is fetched
const ROOM = 0.62; // of the room a poster would have if all stood apart
const TALLEST = 120; // CSS pixels
const SAMPLED_TALL = 66; // CSS pixels, of some among many
const FRAME = 3; // CSS pixels around the film lit
const RATIO = 2 / 3;

export class Pictures {
  // sampled: which hang where they are too many; none do without.
  /**
   * @param {Points} points @param {Grid} grid @param {Sampled | null} sampled
   * @param {() => void} changed
   */
  constructor(points, grid, sampled, changed) {
    this.points = points;
    this.grid = grid;
    this.sampled = sampled;
    this.changed = changed;
    /** @type {[row: number, box: Box][]} */
    this.covered = []; // by posters among points, in CSS pixels
    /** @type {Map<number, HTMLImageElement>} */
    this.images = new Map();
    this.timer = 0;
  }

  // Draws the posters there are, that of `first` on top; returns whether it was among them.
  /**
   * @param {CanvasRenderingContext2D} context @param {View} view
   * @param {Uint8Array | null} lit @param {number} first
   */
  draw(context, view, lit, first) {
    clearTimeout(this.timer);
    this.covered = [];
    const all = this.inView(view, lit);
    const rows = all.length ? all : (this.sampled?.inView(view, lit) ?? []);
    if (!rows.length) return false;
    this.timer = setTimeout(() => this.fetchAll(rows), SETTLED);
    const room = Math.sqrt((view.width * view.height) / rows.length / RATIO);
    const height = all.length ? Math.min(TALLEST, ROOM * room) : SAMPLED_TALL;
    const others = rows.filter((row) => row !== first);
    for (const row of others) {
      const hangs = this.hang(context, view, row, height);
      if (hangs && !all.length) this.cover(view, row, height);
    }
    return rows.includes(first) && this.hang(context, view, first, height, tone("--accent"));
  }

  /**
   * @param {CanvasRenderingContext2D} context @param {View} view
   * @param {number} row @param {number} height @param {string} [frame]
   */
  hang(context, view, row, height, frame) {
    const image = this.images.get(row);
    if (!image?.complete || !image.naturalWidth) return false;
    const [x, y] = view.pixel(this.points.x[row], this.points.y[row]);
    const scale = Math.min(height / image.naturalHeight, (height * RATIO) / image.naturalWidth);
    const [wide, tall] = [image.naturalWidth * scale, image.naturalHeight * scale];
    if (frame) {
      context.fillStyle = frame;
      context.fillRect(
        x - wide / 2 - FRAME,
        y - tall / 2 - FRAME,
        wide + 2 * FRAME,
        tall + 2 * FRAME,
      );
    }
    context.drawImage(image, x - wide / 2, y - tall / 2, wide, tall);
    return true;
  }

  /** @param {View} view @param {number} row @param {number} height */
  cover(view, row, height) {
    const [x, y] = view.pixel(this.points.x[row], this.points.y[row]);
    const [wide, tall] = [(height * RATIO) / 2, height / 2];
    this.covered.push([row, [x - wide, y - tall, x + wide, y + tall]]);
  }

  // The poster that hides the points at a place; -1 where none does.
  /** @param {number} x @param {number} y */
  rowAt(x, y) {
    const over = this.covered.findLast(
      ([, [left, top, right, bottom]]) => x >= left && x <= right && y >= top && y <= bottom,
    );
    return over?.[0] ?? -1;
  }

  // The points seen, or none where they are too many.
  /** @param {View} view @param {Uint8Array | null} lit */
  inView(view, lit) {
    const [left, top] = view.place(0, 0);
    const [right, bottom] = view.place(view.width, view.height);
    const { x, y } = this.points;
    /** @type {number[]} */
    const rows = [];
    if (this.grid.count(left, top, right, bottom) > CROWDED) return rows;
    this.grid.visit(left, top, right, bottom, (row) => {
      const inside = x[row] >= left && x[row] <= right && y[row] >= top && y[row] <= bottom;
      if (inside && rows.length <= MOST && (!lit || lit[row])) rows.push(row);
    });
    return rows.length > MOST ? [] : rows;
  }

  /** @param {number[]} rows */
  fetchAll(rows) {
    for (const row of rows) this.fetch(row);
  }

  // What does not come is asked for again once the map is drawn anew.
  /** @param {number} row */
  async fetch(row) {
    if (this.images.has(row)) return;
    const image = new Image();
    this.images.set(row, image);
    const found = await film(this.points.ids[row]);
    image.onload = this.changed;
    image.onerror = () => this.images.delete(row);
    if (found) image.src = found.thumbnail_url;
    else this.images.delete(row);
  }
}
