// A film's poster enlarged beside what was asked about: zoom, swipe, one laid over the other, keys.

import * as linked from "./linked.js";
import { around, part, partAs, parts } from "./parts.js";
import { enlargement } from "./sharpness.js";

const MOST = 6; // times
const FACTOR = 1.5; // of a press of + or −
const SWIPE = 48; // pixels
const PUSH = 60; // pixels of a press of an arrow
/** @type {Record<string, Place>} */
const ARROWS = { arrowleft: [1, 0], arrowright: [-1, 0], arrowup: [0, 1], arrowdown: [0, -1] };
/** @type {HTMLDialogElement | null} */
const box = document.querySelector("[data-lightbox]");
if (box) wire(box);

/** @param {HTMLDialogElement} box */
function wire(box) {
  const sheets = part(box, "[data-sheets]");
  const found = partAs(HTMLImageElement, box, "[data-found]");
  /** @type {HTMLImageElement | null} */
  const asked = box.querySelector("[data-asked]");
  const mix = partAs(HTMLInputElement, box, "[data-mix]");
  const overlay = part(box, "[data-overlay]");
  /** @type {Map<number, PointerEvent>} */
  const held = new Map(); // fingers, or the pressed mouse, by their numbers
  /** @type {HTMLElement[]} */
  let films = [];
  let place = 0;
  let view = { zoom: 1, x: 0, y: 0 }; // x and y: pixels that the middle is moved by
  overlay.hidden = !asked;

  document.addEventListener("click", (event) => {
    const link = around(event, ".film .open");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const film = around(event, ".film");
    const list = around(event, "ol");
    if (!film || !list || document.body.classList.contains("why-on")) return;
    films = [...parts(list, ".film")];
    lay(false);
    box.showModal();
    show(films.indexOf(film));
  });
  box.addEventListener("click", (event) => {
    const button = around(event, "button");
    if (!button) return;
    const { step, zoom } = button.dataset;
    if (step) show(place + Number(step));
    if (zoom) zoomTo(view.zoom * FACTOR ** Number(zoom));
    if (button === overlay) lay(!box.classList.contains("over"));
    if ("close" in button.dataset) box.close();
  });
  box.addEventListener("keydown", press);
  box.addEventListener("close", () => part(films[place], ".open").focus({ preventScroll: true }));
  mix.addEventListener("input", blend);

  sheets.addEventListener("pointerdown", (event) => {
    sheets.setPointerCapture(event.pointerId);
    held.set(event.pointerId, event);
    event.preventDefault();
  });
  sheets.addEventListener("pointermove", drag);
  sheets.addEventListener("pointerup", release);
  sheets.addEventListener("pointercancel", ({ pointerId }) => held.delete(pointerId));
  sheets.addEventListener("dblclick", (event) => zoomTo(view.zoom > 1 ? 1 : FACTOR ** 2, event));
  sheets.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      zoomTo(view.zoom * Math.exp(-event.deltaY / 400), event);
    },
    { passive: false },
  );

  /** @param {number} number */
  function show(number) {
    place = (number + films.length) % films.length;
    const film = films[place];
    linked.choose(film.dataset.poster ?? null);
    const link = partAs(HTMLAnchorElement, film, ".open");
    const small = partAs(HTMLImageElement, link, "img:last-of-type");
    hang(found, link.href, small.alt);
    const first = document.querySelector(".query .print img:last-of-type");
    if (asked && first instanceof HTMLImageElement) {
      hang(asked, first.currentSrc || first.src, first.alt);
    }
    part(box ?? film, "[data-title]").textContent = part(film, "h2").textContent.trim();
    part(box ?? film, "[data-facts]").textContent = facts(film);
    zoomTo(1);
  }

  /** @param {boolean} over */
  function lay(over) {
    box?.classList.toggle("over", over && asked !== null);
    overlay.ariaPressed = String(over);
    blend();
  }

  function blend() {
    found.style.opacity = box?.classList.contains("over") ? mix.value : "";
  }

  // What is under the pointer stays there; without one, what is in the middle does.
  /** @param {number} wanted @param {{clientX: number, clientY: number, target: EventTarget | null}} [at] */
  function zoomTo(wanted, at) {
    const zoom = Math.min(Math.max(wanted, 1), MOST);
    const pane = at?.target instanceof Element ? at.target.closest(".pane") : null;
    let [right, down] = [0, 0]; // of the middle
    if (pane && at) {
      const room = pane.getBoundingClientRect();
      right = at.clientX - room.left - room.width / 2;
      down = at.clientY - room.top - room.height / 2;
    }
    const grown = zoom / view.zoom;
    move(zoom, right - (right - view.x) * grown, down - (down - view.y) * grown);
  }

  /** @param {number} zoom @param {number} x @param {number} y */
  function move(zoom, x, y) {
    const { clientWidth, clientHeight } = part(sheets, ".pane");
    const [across, along] = [clientWidth, clientHeight].map((size) => (size * (zoom - 1)) / 2);
    const within = (/** @type {number} */ n, /** @type {number} */ most) =>
      Math.min(Math.max(n, -most), most);
    view = { zoom, x: within(x, across), y: within(y, along) };
    box?.classList.toggle("near", zoom > 1);
    for (const image of parts(sheets, "img")) {
      image.style.transform = `translate(${view.x}px, ${view.y}px) scale(${zoom})`;
    }
  }

  /** @param {PointerEvent} event */
  function drag(event) {
    const before = held.get(event.pointerId);
    if (!before) return;
    const other = [...held.values()].find((each) => each.pointerId !== event.pointerId);
    if (other) {
      zoomTo((view.zoom * apart(event, other)) / Math.max(apart(before, other), 1), event);
    } else if (view.zoom > 1) {
      move(
        view.zoom,
        view.x + event.clientX - before.clientX,
        view.y + event.clientY - before.clientY,
      );
    } else {
      return; // where a swipe began is kept
    }
    held.set(event.pointerId, event);
  }

  /** @param {PointerEvent} event */
  function release(event) {
    const before = held.get(event.pointerId);
    held.delete(event.pointerId);
    if (!before || view.zoom > 1 || held.size) return;
    const [across, along] = [event.clientX - before.clientX, event.clientY - before.clientY];
    if (Math.abs(across) > SWIPE && Math.abs(across) > Math.abs(along)) {
      show(place - Math.sign(across));
    }
  }

  /** @param {KeyboardEvent} event */
  function press(event) {
    event.stopPropagation(); // the page's own keys rate what is not seen now
    if (event.altKey || event.ctrlKey || event.metaKey || around(event, "input")) return;
    const key = event.key.toLowerCase();
    // Further arrows than those to the films beside move what is near: the other way, as on a map.
    const arrow = event.shiftKey || /up|down/.test(key) ? ARROWS[key] : undefined;
    if (arrow && view.zoom > 1) {
      move(view.zoom, view.x + PUSH * arrow[0], view.y + PUSH * arrow[1]);
    } else if (key === "arrowleft") show(place - 1);
    else if (key === "arrowright") show(place + 1);
    else if (key === "+" || key === "=") zoomTo(view.zoom * FACTOR);
    else if (key === "-") zoomTo(view.zoom / FACTOR);
    else if (key === "0") zoomTo(1);
    else if (key === "o" && asked) lay(!box?.classList.contains("over"));
    else return;
    event.preventDefault();
  }
}

/** @param {HTMLImageElement} image @param {string} source @param {string} alt */
function hang(image, source, alt) {
  image.onload = () => {
    const times = enlargement(image); // before anybody zooms
    image.style.setProperty("--widest", `${times * image.naturalWidth}px`);
    image.style.setProperty("--tallest", `${times * image.naturalHeight}px`);
  };
  if (image.src !== source) image.removeAttribute("src"); // the former one hangs there no longer
  image.src = source;
  image.alt = alt;
}

/** @param {HTMLElement} film */
function facts(film) {
  const told = [...parts(film, ".facts p, .genres, .likeness b")].map((each) => {
    const seen = /** @type {HTMLElement} */ (each.cloneNode(true));
    for (const unseen of parts(seen, ".unseen")) unseen.remove();
    return seen.textContent.trim();
  });
  return told.filter(Boolean).join(" · ");
}

/** @param {PointerEvent} one @param {PointerEvent} other */
function apart(one, other) {
  return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
}
