// What the parts of the map that are seen are called: the genre that tells most of each, and its
// commonest decade.

import { filled } from "../parts.js";
import { tone } from "./marks.js";

/** @import { Grid } from "./grid.js" */
/** @import { View } from "./view.js" */

const ACROSS = 230; // CSS pixels of a part
const DOWN = 170;
const NAME = [150, 28]; // CSS pixels that a name takes
const EDGE = 6; // CSS pixels between a name and the map's edge
const FEWEST = 12; // posters that a name stands for
const TELLING = 0.06; // what a genre must add to the divergence of a part from the whole

/**
 * @typedef {object} Region
 * @property {string} genre @property {number} decade @property {Place} at in map units
 */

// A genre tells of a part what it adds to the Kullback-Leibler divergence of the part's shares p from
// the map's q: p log(p / q).
/** @param {Points} points @param {Grid} grid @param {View} view @returns {Region[]} */
export function regionsSeen(points, grid, view) {
  const whole = shares(points, Array.from(points.ids.keys()));
  /** @type {Region[]} */
  const found = [];
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
      const region = rows.length < FEWEST ? null : named(points, rows, whole);
      if (region && !found.some((each) => near(each, region, view))) found.push(region);
    }
  }
  return found;
}

/** @param {Points} points @param {number[]} rows */
function shares(points, rows) {
  const counts = new Float64Array(points.genreNames.length);
  for (const row of rows) {
    for (let kind = 0; kind < counts.length; kind += 1)
      counts[kind] += (points.genres[row] >>> kind) & 1;
  }
  return counts.map((count) => count / rows.length);
}

/** @param {Points} points @param {number[]} rows @param {Float64Array} whole @returns {Region | null} */
function named(points, rows, whole) {
  const here = shares(points, rows);
  const told = [...here].map((share, kind) => (share ? share * Math.log(share / whole[kind]) : 0));
  const best = told.indexOf(Math.max(...told));
  if (best < 0 || told[best] < TELLING) return null; // below 0 where no film has a genre
  const those = rows.filter((row) => (points.genres[row] >>> best) & 1);
  /** @type {Map<number, number>} */
  const decades = new Map();
  for (const row of those) {
    const decade = points.years[row] - (points.years[row] % 10);
    if (decade) decades.set(decade, (decades.get(decade) ?? 0) + 1);
  }
  const [decade] = [...decades].sort((one, other) => other[1] - one[1])[0] ?? [0];
  const middle = (/** @type {Uint16Array} */ axis) =>
    those.reduce((sum, row) => sum + axis[row], 0) / those.length;
  return { genre: points.genreNames[best], decade, at: [middle(points.x), middle(points.y)] };
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
