// Heat over a poster: what speaks for it stays lit and glows, the rest is dimmed.

import { partAs, pen } from "./parts.js";

const ACROSS = 120; // canvas pixels; the browser smooths them to the poster's size
const GLOW = [255, 176, 46];
const MOST_GLOW = 0.5;
const MOST_SHADE = 0.68;
/** @type {(() => void) | null} */
let release = null;

// Only one thing at a time is laid over the query: whoever comes last asks the other to go.
/** @param {() => void} whenLost */
export function claim(whenLost) {
  if (release && release !== whenLost) release();
  release = whenLost;
}

// `pull` is rows of numbers from 0 to 1, over the whole of the poster in the element `print`.
/** @param {Element | null} print @param {Pull} pull */
export function lay(print, pull) {
  if (!print) return;
  const picture = partAs(HTMLImageElement, print, "img:last-of-type");
  /** @type {HTMLCanvasElement} */
  const canvas = print.querySelector("canvas.heat") ?? print.appendChild(made());
  canvas.width = ACROSS;
  canvas.height = Math.max(1, Math.round((ACROSS * picture.height) / picture.width) || 180);
  const context = pen(canvas);
  const image = context.createImageData(canvas.width, canvas.height);
  paint(image, pull);
  context.putImageData(image, 0, 0);
}

/** @param {Element | null} print */
export function lift(print) {
  print?.querySelector("canvas.heat")?.remove();
}

function made() {
  const canvas = document.createElement("canvas");
  canvas.className = "heat";
  canvas.setAttribute("aria-hidden", "true");
  return canvas;
}

/** @param {ImageData} image @param {Pull} pull */
function paint({ data, width, height }, pull) {
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 4) {
      const heat = between(pull, (y + 0.5) / height, (x + 0.5) / width);
      const glow = MOST_GLOW * heat * heat;
      const shade = MOST_SHADE * (1 - heat) ** 1.3;
      const alpha = glow + shade * (1 - glow); // the glow lies over the shade
      for (let channel = 0; channel < 3; channel += 1) {
        data[at + channel] = alpha ? (GLOW[channel] * glow) / alpha : 0;
      }
      data[at + 3] = 255 * alpha;
    }
  }
}

// The grid's value at a place of 0-1 down and across, eased between the centres of its cells.
/** @param {Pull} grid @param {number} down @param {number} across */
function between(grid, down, across) {
  const [top, bottom, lower] = neighbours(down, grid.length);
  const [left, right, further] = neighbours(across, grid[0].length);
  const above = grid[top][left] * (1 - further) + grid[top][right] * further;
  const below = grid[bottom][left] * (1 - further) + grid[bottom][right] * further;
  return above * (1 - lower) + below * lower;
}

/** @param {number} place @param {number} count @returns {[number, number, number]} */
function neighbours(place, count) {
  const exact = Math.min(Math.max(place * count - 0.5, 0), count - 1);
  const first = Math.floor(exact);
  const part = exact - first;
  return [first, Math.min(first + 1, count - 1), part * part * (3 - 2 * part)];
}
