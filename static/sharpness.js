// How far a poster bears to be enlarged: half again, and not at all where its pixels hold no detail,
// as in one that was enlarged before it came here.

import { pen } from "./parts.js";

const MOST = 1.5; // times a poster's own pixels
const LARGE = 1000; // pixels across from which no screen enlarges a poster, so that none looks
// Of what a poster loses at a quarter of its size, the share that it loses at half: 0.51 to 0.77 in 85
// posters, drawn and photographed, and 0.29 to 0.36 in the same once halved and enlarged again.
const SOFT = 0.44;

// Times its own pixels.
/** @param {HTMLImageElement} image loaded, of this site */
export function enlargement(image) {
  const { naturalWidth: width, naturalHeight: height } = image;
  if (width > LARGE || width < 8 || height < 8) return MOST;
  const whole = levels(drawn(image, width, height));
  const lost = (/** @type {number} */ times) => {
    const small = drawn(image, Math.round(width / times), Math.round(height / times));
    const again = levels(drawn(small, width, height));
    let sum = 0;
    for (let at = 1; at < whole.length; at += 4) sum += (whole[at] - again[at]) ** 2;
    return Math.sqrt(sum);
  };
  const most = lost(4);
  return most && lost(2) / most < SOFT ? 1 : MOST;
}

/** @param {CanvasImageSource} picture @param {number} width @param {number} height */
function drawn(picture, width, height) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const paper = pen(canvas, { willReadFrequently: true });
  paper.imageSmoothingQuality = "high";
  paper.drawImage(picture, 0, 0, width, height);
  return canvas;
}

/** @param {HTMLCanvasElement} canvas */
function levels(canvas) {
  return pen(canvas).getImageData(0, 0, canvas.width, canvas.height).data;
}
