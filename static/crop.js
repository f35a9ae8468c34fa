// Searching by a part of the poster alone: drawn on the poster itself, by pointer or by keys.

import { part, partAs, words } from "./parts.js";
import { drawable } from "./rectangle.js";

const SIDES = ["left", "top", "right", "bottom"];
const WIDE = matchMedia("(min-width: 861px)"); // where the poster is large without being opened

/** @type {HTMLDetailsElement | null} */
const fold = document.querySelector("[data-cropping]");
if (fold) wire(fold);

/** @param {HTMLDetailsElement} fold */
function wire(fold) {
  const form = partAs(HTMLFormElement, fold, "form");
  const print = part(document, ".query .print");
  const inputs = SIDES.map((name) => partAs(HTMLInputElement, form, `[name=crop_${name}]`));
  const found = print.hasAttribute("data-cropped"); // the answer is of a part already
  print.classList.add("drawable");

  drawable(print, inputs, draw, (event) => {
    if (!fold.open && event.pointerType === "mouse" && WIDE.matches) fold.open = true;
    return fold.open;
  });
  fold.addEventListener("toggle", (event) => {
    if (event.target !== fold) return; // the numbers within were opened
    if (fold.open) begin();
    else end();
  });
  part(form, "[data-leave]").addEventListener("click", leave);
  for (const element of [fold, print]) {
    element.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && fold.open) leave();
    });
  }

  function begin() {
    print.tabIndex = 0;
    print.role = "group";
    print.ariaLabel = words(form).sayMarked;
    draw();
    print.focus({ preventScroll: true });
  }

  function end() {
    for (const name of ["tabindex", "role", "aria-label"]) print.removeAttribute(name);
    for (const input of inputs) input.value = input.defaultValue;
    draw();
    print.toggleAttribute("data-cropped", found);
  }

  function leave() {
    fold.open = false;
    part(fold, "summary").focus();
  }

  function draw() {
    print.setAttribute("data-cropped", "");
    for (const [at, name] of SIDES.entries()) {
      print.style.setProperty(`--${name}`, String((inputs[at].valueAsNumber || 0) / 100));
    }
  }
}
