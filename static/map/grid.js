// Points sorted into square cells, so that those near a place or within a box are found at once.

const CELLS = 128;

export class Grid {
  /** @param {Points} points */
  constructor({ x, y, side, count }) {
    this.x = x;
    this.y = y;
    this.size = (side + 1) / CELLS;
    this.starts = new Uint32Array(CELLS * CELLS + 1);
    this.rows = new Uint32Array(count);
    const cells = new Uint16Array(count);
    for (let row = 0; row < count; row++) {
      cells[row] = this.column(y[row]) * CELLS + this.column(x[row]);
      this.starts[cells[row] + 1] += 1;
    }
    for (let cell = 0; cell < CELLS * CELLS; cell++) this.starts[cell + 1] += this.starts[cell];
    const next = this.starts.slice();
    for (let row = 0; row < count; row++) this.rows[next[cells[row]]++] = row;
  }

  /** @param {number} place */
  column(place) {
    return Math.min(CELLS - 1, Math.max(0, Math.floor(place / this.size)));
  }

  // How many points the cells that a box touches hold.
  /** @param {number} left @param {number} top @param {number} right @param {number} bottom */
  count(left, top, right, bottom) {
    let found = 0;
    for (let line = this.column(top); line <= this.column(bottom); line++) {
      const end = this.starts[line * CELLS + this.column(right) + 1];
      found += end - this.starts[line * CELLS + this.column(left)];
    }
    return found;
  }

  // Calls visit(row) for every point of the cells that a box touches.
  /**
   * @param {number} left @param {number} top @param {number} right @param {number} bottom
   * @param {(row: number) => void} visit
   */
  visit(left, top, right, bottom, visit) {
    const first = this.column(left);
    const last = this.column(right);
    for (let line = this.column(top); line <= this.column(bottom); line++) {
      const end = this.starts[line * CELLS + last + 1];
      for (let at = this.starts[line * CELLS + first]; at < end; at++) visit(this.rows[at]);
    }
  }

  // The row nearest to a place, at most `reach` away and accepted by `passes`; -1 where none is.
  /**
   * @param {number} x @param {number} y @param {number} reach
   * @param {(row: number) => boolean} [passes]
   */
  nearest(x, y, reach, passes = () => true) {
    let best = -1;
    let least = reach * reach;
    this.visit(x - reach, y - reach, x + reach, y + reach, (row) => {
      const across = this.x[row] - x;
      const down = this.y[row] - y;
      const far = across * across + down * down;
      if (far <= least && passes(row)) {
        least = far;
        best = row;
      }
    });
    return best;
  }
}
