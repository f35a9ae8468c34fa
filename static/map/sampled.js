// Where more posters are in view than can hang, one of each cell of a lattice hangs. The lattice
// lies on the map, so that the same ones stay as it is moved; its cells are halved as it comes near.

/** @import { View } from "./view.js" */

const CELL = 112; // CSS pixels of a cell's side at least, and less than twice as many

export class Sampled {
  /** @param {Points} points */
  constructor(points) {
    this.points = points;
    this.size = 0; // map units
    /** @type {Uint8Array | null} */
    this.lit = null;
    /** @type {Map<string, number>} */
    this.rows = new Map(); // by cell
  }

  // The rows of the cells in view, of what is lit.
  /** @param {View} view @param {Uint8Array | null} lit */
  inView(view, lit) {
    const size = 2 ** Math.ceil(Math.log2(CELL / view.scale));
    if (size !== this.size || lit !== this.lit) this.divide(size, lit);
    const { x, y } = this.points;
    const [left, top] = view.place(0, 0);
    const [right, bottom] = view.place(view.width, view.height);
    const found = [];
    for (let line = Math.floor(top / size); line <= bottom / size; line += 1) {
      for (let column = Math.floor(left / size); column <= right / size; column += 1) {
        const row = this.rows.get(`${column},${line}`) ?? -1;
        const seen = x[row] >= left && x[row] <= right && y[row] >= top && y[row] <= bottom;
        if (row >= 0 && seen) found.push(row);
      }
    }
    return found;
  }

  // Of each cell the point nearest to its middle, so that posters keep apart.
  /** @param {number} size @param {Uint8Array | null} lit */
  divide(size, lit) {
    [this.size, this.lit] = [size, lit];
    this.rows.clear();
    const { count, x, y } = this.points;
    /** @type {Map<string, number>} */
    const nearest = new Map();
    for (let row = 0; row < count; row += 1) {
      if (lit && !lit[row]) continue;
      const [column, line] = [Math.floor(x[row] / size), Math.floor(y[row] / size)];
      const cell = `${column},${line}`;
      const far = Math.hypot(x[row] / size - column - 0.5, y[row] / size - line - 0.5);
      if (far >= (nearest.get(cell) ?? Infinity)) continue;
      nearest.set(cell, far);
      this.rows.set(cell, row);
    }
  }
}
