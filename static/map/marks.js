// What is drawn over the points: the query with lines to its five, and a ring around the film lit.

import { rowOf } from "./points.js";

/** @import { View } from "./view.js" */

const NUMBERED = 11; // CSS pixels, the radius of a result's mark
const QUERY = 9;
const RING = 9;

/**
 * @param {CanvasRenderingContext2D} context @param {View} view @param {Points} points
 * @param {MapQuery} query
 */
export function drawQuery(context, view, points, { place, results }) {
  const ink = tone("--ink");
  const paper = tone("--sheet");
  const accent = tone("--accent");
  const [x, y] = view.pixel(...place);
  const marks = results
    .map((id, at) => ({ row: rowOf(points, id), number: at + 1 }))
    .filter(({ row }) => row >= 0)
    .map(({ row, number }) => ({ number, at: view.pixel(points.x[row], points.y[row]) }));
  /** @type {[number, string][]} */
  const strokes = [
    [4, paper],
    [1.5, ink],
  ];
  for (const [width, colour] of strokes) {
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.beginPath();
    for (const { at } of marks) {
      context.moveTo(x, y);
      context.lineTo(...at);
    }
    context.stroke();
  }
  // The nearest is drawn last, on top of the others.
  for (const { number, at } of marks.reverse()) disc(context, at, NUMBERED, accent, paper, number);
  diamond(context, x, y, ink, paper);
}

// numbered: around a result's mark, which is larger than a point.
/**
 * @param {CanvasRenderingContext2D} context @param {View} view @param {Points} points
 * @param {number} row @param {boolean} numbered
 */
export function ring(context, view, points, row, numbered) {
  const [x, y] = view.pixel(points.x[row], points.y[row]);
  /** @type {[number, string][]} */
  const strokes = [
    [6, tone("--sheet")],
    [3, tone("--accent")],
  ];
  for (const [width, colour] of strokes) {
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.beginPath();
    context.arc(x, y, numbered ? NUMBERED + 3 : RING, 0, 2 * Math.PI);
    context.stroke();
  }
}

/**
 * @param {CanvasRenderingContext2D} context @param {Place} at @param {number} radius
 * @param {string} colour @param {string} edge @param {number} number
 */
function disc(context, [x, y], radius, colour, edge, number) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = edge;
  context.stroke();
  context.fillStyle = tone("--on-accent");
  context.font = `600 13px ${tone("--typeface")}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(String(number), x, y + 0.5);
}

/**
 * @param {CanvasRenderingContext2D} context @param {number} x @param {number} y
 * @param {string} ink @param {string} paper
 */
function diamond(context, x, y, ink, paper) {
  context.beginPath();
  context.moveTo(x, y - QUERY);
  context.lineTo(x + QUERY, y);
  context.lineTo(x, y + QUERY);
  context.lineTo(x - QUERY, y);
  context.closePath();
  context.fillStyle = paper;
  context.fill();
  context.lineWidth = 2.5;
  context.strokeStyle = ink;
  context.stroke();
}

/** @param {string} name */
export function tone(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
