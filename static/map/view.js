// Which part of the map is seen: map units to CSS pixels is one scale and one shift.

const ROOM = 24; // CSS pixels left free around what is fitted
const DEEPEST = 500; // times the whole map's scale: posters that overlap there share a place
const NEAREST = 80; // the same, for a map of few posters at first
const SLACK = 1e-6; // for rounding

export class View {
  // home: [left, top, right, bottom] of what is shown at first.
  /** @param {number} side @param {Box} home */
  constructor(side, home) {
    this.side = side;
    this.home = home;
    this.width = this.height = 1;
    this.scale = this.left = this.top = 0;
  }

  // Keeps what is in the middle there.
  /** @param {number} width @param {number} height */
  resize(width, height) {
    const [x, y] = this.place(this.width / 2, this.height / 2);
    const zoom = this.zoom;
    this.width = width;
    this.height = height;
    if (!this.scale) return this.whole();
    this.scale = this.least * zoom;
    return this.centre(x, y);
  }

  get least() {
    return Math.max(1, Math.min(this.width, this.height) - ROOM) / this.side;
  }

  get zoom() {
    return this.scale / this.least;
  }

  // Whether it goes no nearer, and no farther.
  /** @returns {Record<string, boolean>} */
  get ends() {
    return { in: this.zoom > DEEPEST * (1 - SLACK), out: this.zoom < 1 + SLACK };
  }

  whole() {
    this.fit(this.home, ROOM, NEAREST);
  }

  // The part around places [[x, y], …], never nearer than `closest` times the whole map.
  /** @param {Place[]} places @param {number} closest */
  around(places, closest) {
    const xs = places.map(([x]) => x);
    const ys = places.map(([, y]) => y);
    this.fit(
      [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)],
      3 * ROOM,
      closest,
    );
  }

  /** @param {Box} box @param {number} room @param {number} closest */
  fit([left, top, right, bottom], room, closest) {
    const across = (this.width - 2 * room) / Math.max(1, right - left);
    const down = (this.height - 2 * room) / Math.max(1, bottom - top);
    this.scale = Math.max(this.least, Math.min(across, down, closest * this.least));
    this.centre((left + right) / 2, (top + bottom) / 2);
  }

  /** @param {number} x @param {number} y */
  centre(x, y) {
    this.left = this.width / 2 - x * this.scale;
    this.top = this.height / 2 - y * this.scale;
    this.hold();
  }

  /** @param {number} across @param {number} down */
  pan(across, down) {
    this.left += across;
    this.top += down;
    this.hold();
  }

  // The place under the pointer stays under it.
  /** @param {number} factor @param {number} px @param {number} py */
  zoomAt(factor, px, py) {
    const [x, y] = this.place(px, py);
    this.scale = Math.min(DEEPEST * this.least, Math.max(this.least, this.scale * factor));
    this.left = px - x * this.scale;
    this.top = py - y * this.scale;
    this.hold();
  }

  // The middle of the screen never leaves the map.
  hold() {
    const reach = this.side * this.scale;
    this.left = Math.min(this.width / 2, Math.max(this.width / 2 - reach, this.left));
    this.top = Math.min(this.height / 2, Math.max(this.height / 2 - reach, this.top));
  }

  /** @param {number} px @param {number} py @returns {Place} */
  place(px, py) {
    return [(px - this.left) / this.scale, (py - this.top) / this.scale];
  }

  /** @param {number} x @param {number} y @returns {Place} */
  pixel(x, y) {
    return [x * this.scale + this.left, y * this.scale + this.top];
  }
}
