// Where the view is empty: a button at its edge that points to the nearest poster, and goes there.

import { part } from "../parts.js";

const MARGIN = 84; // CSS pixels between the button's middle and the sheet's edge, across
const LEDGE = 28; // the same, down

export class NearestPoster {
  /** @param {HTMLElement} figure @param {() => void} go */
  constructor(figure, go) {
    this.button = part(figure, "[data-nearest]");
    this.arrow = /** @type {SVGElement} */ (this.button.querySelector("svg"));
    this.button.addEventListener("click", go);
  }

  hide() {
    this.button.hidden = true;
  }

  // `across` and `down`: CSS pixels from the middle of a sheet of that size to the poster.
  /** @param {number} across @param {number} down @param {number} width @param {number} height */
  point(across, down, width, height) {
    const reach = Math.min(
      (width / 2 - MARGIN) / Math.max(Math.abs(across), 1),
      (height / 2 - LEDGE) / Math.max(Math.abs(down), 1),
    );
    this.button.style.left = `${width / 2 + across * reach}px`;
    this.button.style.top = `${height / 2 + down * reach}px`;
    this.arrow.style.rotate = `${Math.atan2(down, across)}rad`;
    this.button.hidden = false;
  }
}
