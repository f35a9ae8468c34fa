// What the parts of the map that are seen are called: the genre that tells most of each, and the
// decade that tells most of its films there, if one does.

import { filled } from "../parts.js";
import { tone } from "./marks.js";

/** @import { Grid } from "./grid.js" */
/** @import { View } from "./view.js" */

const ACROSS = 230; // CSS pixels of a part
const DOWN = 170;
const NAME = [150, 28]; // CSS pixels that a name takes
const EDGE = 6; // CSS pixels between a name and the map's edge
const FEWEST = 12; // posters that a name stands for
const HOME = 0.5; // of what a genre tells where it tells most, the least that it is named for
const DECADES = 300; // until the year 3000
const TELLING = 0.06; // what a genre or a decade must add to the divergence of a part from the whole

/**
 * @typedef {object} Region
 * @property {string} genre @property {number} decade 0 where none tells @property {Place} at in map units
 * @property {number} weight what the genre tells, times the posters it is told of
 */
/** @typedef {{ genres: Float64Array, decades: Float64Array }} Shares */

/** @type {WeakMap<Points, Shares>} */
const wholes = new WeakMap();

// Of two names in each other's way the one that tells more of more posters stands.
/** @param {Points} points @param {Grid} grid @param {View} view @returns {Region[]} */
export function regionsSeen(points, grid, view) {
  const whole = wholes.get(points) ?? sharesOf(points, Array.from(points.ids.keys()));
  wholes.set(points, whole);
  /** @type {Region[]} */
  const candidates = [];
  const columns = Math.max(1, Math.round(view.width / ACROSS));
  const lines = Math.max(1, Math.round(view.height / DOWN));
  const size = [view.width / columns, view.height / lines];
  for (let line = 0; line < lines; line += 1) {
    for (let column = 0; column < columns; column += 1) {
      const [left, top] = view.place(column * size[0], line * size[1]);
      const [right, bottom] = view.place((column + 1) * size[0], (line + 1) * size[1]);
      /** @type {number[]} */
      const rows = [];
      grid.visit(left, top, right, bottom, (row) => {
        const [x, y] = [points.x[row], points.y[row]];
        if (x >= left && x < right && y >= top && y < bottom) rows.push(row);
      });
      if (rows.length >= FEWEST) candidates.push(...named(points, rows, whole));
    }
  }
  candidates.sort((one, other) => other.weight - one.weight);
  /** @type {Map<string, number>} */
  const most = new Map();
  for (const { genre, weight } of candidates) if (!most.has(genre)) most.set(genre, weight);
  /** @type {Region[]} */
  const found = [];
  for (const region of candidates) {
    if (region.weight < HOME * (most.get(region.genre) ?? 0)) continue;
    if (!found.some((each) => near(each, region, view))) found.push(region);
  }
  return found;
}

/** @param {Points} points @param {number[]} rows @returns {Shares} */
function sharesOf(points, rows) {
  return { genres: genreShares(points, rows), decades: decadeShares(points, rows) };
}

/** @param {Points} points @param {number[]} rows */
function genreShares(points, rows) {
  const counts = new Float64Array(points.genreNames.length);
  for (const row of rows) {
    for (let kind = 0; kind < counts.length; kind += 1)
      counts[kind] += (points.genres[row] >>> kind) & 1;
  }
  return counts.map((count) => count / rows.length);
}

// By tenths of years, of those whose year is known.
/** @param {Points} points @param {number[]} rows */
function decadeShares(points, rows) {
  const counts = new Float64Array(DECADES);
  for (const row of rows) counts[Math.floor(points.years[row] / 10)] += 1;
  const dated = rows.length - counts[0];
  counts[0] = 0;
  return counts.map((count) => count / Math.max(1, dated));
}

// What a share of a part tells: what it adds to the Kullback-Leibler divergence from the whole.
/** @param {number} share @param {number} whole */
function telling(share, whole) {
  return share ? share * Math.log(share / whole) : 0;
}

// Every genre that tells of a part is a name for it.
/** @param {Points} points @param {number[]} rows @param {Shares} whole @returns {Region[]} */
function named(points, rows, whole) {
  /** @type {Region[]} */
  const found = [];
  genreShares(points, rows).forEach((share, kind) => {
    const told = telling(share, whole.genres[kind]);
    if (told < TELLING) return;
    const those = rows.filter((row) => (points.genres[row] >>> kind) & 1);
    const middle = (/** @type {Uint16Array} */ axis) =>
      those.reduce((sum, row) => sum + axis[row], 0) / those.length;
    found.push({
      genre: points.genreNames[kind],
      decade: decadeOf(points, those, whole),
      at: [middle(points.x), middle(points.y)],
      weight: told * rows.length,
    });
  });
  return found;
}

/** @param {Points} points @param {number[]} rows @param {Shares} whole */
function decadeOf(points, rows, whole) {
  const told = decadeShares(points, rows).map((share, decade) =>
    telling(share, whole.decades[decade]),
  );
  const most = Math.max(...told);
  return most < TELLING ? 0 : 10 * told.indexOf(most);
}

// Whether two names would say the same beside each other, or stand in each other's way.
/** @param {Region} one @param {Region} other @param {View} view */
function near(one, other, view) {
  const [across, down] = [0, 1].map((axis) => Math.abs(one.at[axis] - other.at[axis]) * view.scale);
  const same = one.genre === other.genre && Math.hypot(across, down) < 2 * ACROSS;
  return same || (across < NAME[0] && down < NAME[1]);
}

/**
 * @param {CanvasRenderingContext2D} context @param {View} view @param {Region[]} regions
 * @param {string} decadeWords such as "{year}s"
 */
export function drawRegions(context, view, regions, decadeWords) {
  context.font = `600 14px ${tone("--typeface")}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = tone("--sheet");
  context.fillStyle = tone("--ink");
  for (const { genre, decade, at } of regions) {
    const [across, y] = view.pixel(...at);
    const says = decade ? `${genre}, ${filled(decadeWords, { year: decade })}` : genre;
    // A part at the edge keeps its whole name in view.
    const room = context.measureText(says).width / 2 + EDGE;
    const x = Math.max(room, Math.min(view.width - room, across));
    context.strokeText(says, x, y);
    context.fillText(says, x, y);
  }
}
