// Dragging, pinching, the wheel and the keys, as calls that move a view or name a place.

/** @import { View } from "./view.js" */

const WHEEL = 0.0022; // zoom a pixel of wheel
const STEP = 1.5; // zoom a press of a key or a button
const SHIFT = 60; // CSS pixels a press of an arrow with Shift
const STILL = 5; // CSS pixels a click may waver
const LINE = 32; // CSS pixels of wheel a line
/** @type {Record<string, Place>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * @param {HTMLCanvasElement} canvas
 * @param {MapActs & { view: View, whole(): void, zoomed(): void }} acts
 */
export function listen(
  canvas,
  { view, moved, pointAt, leave, choose, step, whole, zoomed, freeWheel },
) {
  /** @type {Map<number, Place>} */
  const down = new Map();
  /** @type {Place | null} */
  let began = null;

  /** @type {Record<string, () => void>} */
  const keys = {
    "+": () => zoom(1),
    "=": () => zoom(1),
    "-": () => zoom(-1),
    0: whole,
    Escape: () => choose(),
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    down.set(event.pointerId, at(event));
    began = down.size === 1 ? at(event) : null;
  });
  canvas.addEventListener("pointermove", (event) => {
    const now = at(event);
    const before = down.get(event.pointerId);
    if (!before) return pointAt(...now);
    if (began && Math.hypot(now[0] - began[0], now[1] - began[1]) < STILL) return;
    began = null;
    canvas.classList.add("held");
    leave();
    if (down.size === 1) view.pan(now[0] - before[0], now[1] - before[1]);
    else pinch(event.pointerId, before, now);
    down.set(event.pointerId, now);
    moved();
  });
  for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) {
    canvas.addEventListener(name, (event) => {
      if (began && name === "pointerup") choose(...began);
      down.delete(event.pointerId);
      began = null;
      canvas.classList.remove("held");
    });
  }
  canvas.addEventListener("pointerleave", () => down.size || leave());
  canvas.addEventListener("dblclick", (event) => {
    view.zoomAt(STEP * STEP, ...at(event));
    moved();
  });
  canvas.addEventListener(
    "wheel",
    (event) => {
      // On a page that scrolls, the wheel zooms only a map that is in use.
      if (!freeWheel && !event.ctrlKey && document.activeElement !== canvas) return;
      event.preventDefault();
      const far = event.deltaY * (event.deltaMode ? LINE : 1) * (event.ctrlKey ? 4 : 1);
      leave();
      view.zoomAt(Math.exp(-far * WHEEL), ...at(event));
      moved();
    },
    { passive: false },
  );
  canvas.addEventListener("keydown", press);
  return { zoom };

  // Both fingers keep the places under them, as far as one scale allows.
  /** @param {number} id @param {Place} before @param {Place} now */
  function pinch(id, before, now) {
    const [other] = [...down].filter(([each]) => each !== id).map(([, place]) => place);
    const factor = distance(now, other) / Math.max(1, distance(before, other));
    view.zoomAt(factor, (before[0] + other[0]) / 2, (before[1] + other[1]) / 2);
    view.pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
  }

  /** @param {KeyboardEvent} event */
  function press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    const act = arrow ? () => push(arrow, event.shiftKey) : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
    moved();
  }

  /** @param {Place} arrow @param {boolean} pans */
  function push([across, down], pans) {
    if (pans) view.pan(-across * SHIFT, -down * SHIFT);
    else step(across, down);
  }

  /** @param {number} direction */
  function zoom(direction) {
    view.zoomAt(STEP ** direction, view.width / 2, view.height / 2);
    if (direction > 0) zoomed();
    moved();
  }

  /** @param {MouseEvent} event @returns {Place} */
  function at(event) {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }
}

/** @param {Place} one @param {Place} other */
function distance([x, y], [otherX, otherY]) {
  return Math.hypot(x - otherX, y - otherY);
}
