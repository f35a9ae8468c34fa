// Posters drawn side by side on white, with their titles: a PNG to hand around.

import { pen as penOf } from "./parts.js";

const EDGE = 48;
const GAP = 24;
const CAPTION = 56;
const HEAD = 72;
const WIDEST = 300;
const MOST_PIXELS = 16e6; // what phones' canvases take

// Also how many posters are missing in it, of which only the titles stand there.
/**
 * @param {KeptFilm[]} films @param {string} title
 * @returns {Promise<{image: Blob | null, missing: number}>}
 */
export async function contactSheet(films, title) {
  await document.fonts.ready;
  const rows = Math.ceil(films.length / Math.max(5, Math.ceil(Math.sqrt(films.length * 1.6))));
  const columns = Math.ceil(films.length / rows); // as even as it goes
  const room = MOST_PIXELS / (columns * rows * 1.5);
  const width = Math.min(WIDEST, Math.floor(Math.sqrt(room)) - GAP - CAPTION);
  const height = Math.round(width * 1.5);
  const canvas = document.createElement("canvas");
  canvas.width = 2 * EDGE + columns * width + (columns - 1) * GAP;
  canvas.height = EDGE + HEAD + rows * (height + CAPTION + GAP) + EDGE - GAP;
  const pen = penOf(canvas);
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.textBaseline = "top";
  write(pen, title, EDGE, EDGE, canvas.width - 2 * EDGE, "600 32px");
  const pictures = await Promise.all(films.map(load));
  films.forEach((film, place) => {
    const x = EDGE + (place % columns) * (width + GAP);
    const y = EDGE + HEAD + Math.floor(place / columns) * (height + CAPTION + GAP);
    hang(pen, pictures[place], x, y, width, height);
    write(pen, film.title, x, y + height + 10, width, "600 18px");
    write(pen, String(film.year ?? ""), x, y + height + 34, width, "400 16px");
  });
  /** @type {Blob | null} */
  const image = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  return { image, missing: pictures.filter((picture) => !picture).length };
}

// As a file among the browser's downloads.
/** @param {Blob} image @param {string} name */
export function download(image, name) {
  const there = document.createElement("a");
  there.href = URL.createObjectURL(image);
  there.download = name;
  there.click();
  setTimeout(() => URL.revokeObjectURL(there.href), 10_000);
}

/** @param {KeptFilm} film */
async function load(film) {
  const image = new Image();
  image.src = `/posters/${encodeURIComponent(film.poster)}-342.webp`;
  try {
    await image.decode();
    return image;
  } catch {
    return null; // it has left the catalogue since, or did not arrive
  }
}

/**
 * @param {CanvasRenderingContext2D} pen @param {HTMLImageElement | null} image
 * @param {number} x @param {number} y @param {number} width @param {number} height
 */
function hang(pen, image, x, y, width, height) {
  if (!image) {
    pen.fillStyle = "#e8e8e4";
    pen.fillRect(x, y, width, height);
    return;
  }
  const scale = Math.min(width / image.naturalWidth, height / image.naturalHeight);
  const across = image.naturalWidth * scale;
  const down = image.naturalHeight * scale;
  pen.drawImage(image, x, y + height - down, across, down);
}

/**
 * @param {CanvasRenderingContext2D} pen @param {string} text
 * @param {number} x @param {number} y @param {number} width @param {string} font
 */
function write(pen, text, x, y, width, font) {
  pen.font = `${font} ${getComputedStyle(document.body).fontFamily}`;
  pen.fillStyle = "#191918";
  let shown = text;
  while (shown && pen.measureText(shown === text ? text : `${shown}…`).width > width) {
    shown = shown.slice(0, -1);
  }
  pen.fillText(shown === text ? text : `${shown.trimEnd()}…`, x, y);
}
