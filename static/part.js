// The part of a picture that is read: drawn around the poster, or moved at a corner.

import { partAs } from "./parts.js";
import { drawable } from "./rectangle.js";
import { bring } from "./unkept.js";

const SIDES = ["left", "top", "right", "bottom"];

/** @type {HTMLFormElement | null} */
const form = document.querySelector("[data-part]");
if (form) adjust(form);

/** @param {HTMLFormElement} form */
function adjust(form) {
  const image = partAs(HTMLImageElement, form, "img");
  const outline = partAs(SVGPolygonElement, form, "polygon");
  const inputs = SIDES.map((name) => partAs(HTMLInputElement, form, `[name=${name}]`));
  drawable(image, inputs, () => {
    const [left, top, right, bottom] = inputs.map((input) => input.valueAsNumber || 0);
    outline.setAttribute(
      "points",
      `${left},${top} ${right},${top} ${right},${bottom} ${left},${bottom}`,
    );
  });
  form.addEventListener("submit", () => bring(form, image));
}
