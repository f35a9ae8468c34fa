// Thirty thousand discs a frame: blended into the pixels by hand, then put on the canvas at once.
// Canvas calls for each point would take several frames' time without a graphics card.

import { pen } from "../parts.js";

/** @typedef {{ reach: number, inside: number[], edge: number[], shares: number[] }} Disc */

const RIM = 16; // pixels around the canvas, so that no disc needs clipping
const FADED = 0.16; // of a point that does not stand out, what is seen
const FAINTEST = 0.01; // of a pixel covered, not worth drawing

export class Painter {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.context = pen(canvas, { alpha: false, willReadFrequently: true });
    this.canvas = canvas;
    /** @type {Map<string, Disc>} */
    this.discs = new Map();
    this.image = new ImageData(1, 1);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  /** @param {number} width @param {number} height */
  resize(width, height) {
    this.canvas.width = width;
    this.canvas.height = height;
    this.image = new ImageData(width + 2 * RIM, height + 2 * RIM);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.discs.clear();
  }

  // view: in device pixels here.
  /** @param {Points} points @param {Scaled} view @param {Colours & { radius: number }} how */
  draw(points, view, { kinds, colours, lit, ground, radius }) {
    this.pixels.fill(packed(ground));
    const packedColours = colours.map(packed);
    if (lit) this.scatter(points, view, kinds, packedColours, this.disc(radius, FADED), lit, 0);
    this.scatter(points, view, kinds, packedColours, this.disc(radius, 1), lit, 1);
    this.context.putImageData(this.image, -RIM, -RIM);
  }

  /**
   * @param {Points} points @param {Scaled} view @param {Uint8Array} kinds @param {number[]} colours
   * @param {Disc} disc @param {Uint8Array | null} lit @param {number} wanted
   */
  scatter({ count, x, y }, view, kinds, colours, disc, lit, wanted) {
    const { pixels } = this;
    const width = this.image.width;
    const right = this.canvas.width + RIM;
    const bottom = this.canvas.height + RIM;
    const { inside, edge, shares } = disc;
    for (let row = 0; row < count; row++) {
      if (lit && lit[row] !== wanted) continue;
      const across = Math.round(x[row] * view.scale + view.left);
      const down = Math.round(y[row] * view.scale + view.top);
      if (across <= -RIM + disc.reach || down <= -RIM + disc.reach) continue;
      if (across >= right - disc.reach || down >= bottom - disc.reach) continue;
      const colour = colours[kinds[row]];
      const redBlue = colour & 0xff00ff;
      const green = colour & 0x00ff00;
      const middle = (down + RIM) * width + across + RIM;
      for (let at = 0; at < inside.length; at++) pixels[middle + inside[at]] = colour;
      for (let at = 0; at < edge.length; at++) {
        const share = shares[at];
        const under = pixels[middle + edge[at]];
        const oldShare = 256 - share;
        pixels[middle + edge[at]] =
          0xff000000 |
          (((Math.imul(redBlue, share) + Math.imul(under & 0xff00ff, oldShare)) >>> 8) & 0xff00ff) |
          (((Math.imul(green, share) + Math.imul(under & 0x00ff00, oldShare)) >>> 8) & 0x00ff00);
      }
    }
  }

  // A disc's pixels around its middle: those it covers whole, those it covers in part, and the
  // share of each of these, 0 to 256.
  /** @param {number} radius @param {number} strength */
  disc(radius, strength) {
    const name = `${radius} ${strength}`;
    const before = this.discs.get(name);
    if (before) return before;
    const reach = Math.min(RIM - 1, Math.ceil(radius));
    /** @type {Disc} */
    const disc = { reach, inside: [], edge: [], shares: [] };
    for (let down = -reach; down <= reach; down++) {
      for (let across = -reach; across <= reach; across++) {
        const covered = Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(across, down)));
        const share = strength * covered;
        const offset = down * this.image.width + across;
        if (share === 1) disc.inside.push(offset);
        else if (share > FAINTEST) {
          disc.edge.push(offset);
          disc.shares.push(Math.round(256 * share));
        }
      }
    }
    this.discs.set(name, disc);
    return disc;
  }
}

/** @param {Colour} colour */
function packed([red, green, blue]) {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
