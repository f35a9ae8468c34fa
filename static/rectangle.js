// A rectangle on a picture: drawn anew, stretched at a corner, or moved by the arrow keys.

const NEAR = 16; // pixels within which a corner is taken hold of; twice as many for a finger
const SLIPPED = 4; // pixels that a pointer moves before it draws
const LEAST = 2; // hundredths that it has at least
/** @type {Record<string, [number, number]>} */
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// The `inputs` hold left, top, right and bottom in hundredths of the `surface`; `draw` shows them.
// `start` says whether a pointer that began to move is to draw.
/**
 * @param {HTMLElement} surface @param {HTMLInputElement[]} inputs @param {() => void} draw
 * @param {(event: PointerEvent) => boolean} [start]
 */
export function drawable(surface, inputs, draw, start = () => true) {
  /** @type {PointerEvent | null} */
  let pressed = null;
  /** @type {[number, number] | null} */
  let fixed = null; // the corner opposite to the one that moves
  let before = sides();
  function sides() {
    return inputs.map((input) => input.valueAsNumber || 0);
  }
  /** @param {number[]} wanted */
  const put = (wanted) => {
    for (const [at, side] of wanted.entries()) inputs[at].value = side.toFixed(1);
    draw();
  };

  for (const input of inputs) input.addEventListener("input", draw);
  surface.addEventListener("dragstart", (event) => event.preventDefault());
  surface.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button) return;
    event.preventDefault(); // else the browser drags the picture itself
    pressed = event;
    surface.setPointerCapture(event.pointerId);
  });
  surface.addEventListener("pointermove", (event) => {
    if (!pressed) return;
    const moved = Math.hypot(event.clientX - pressed.clientX, event.clientY - pressed.clientY);
    if (!fixed) {
      if (moved < SLIPPED) return;
      if (!start(event)) {
        pressed = null;
        return;
      }
      before = sides();
      fixed = opposite(surface, before, pressed);
    }
    const [x, y] = place(surface, event);
    const [left, right] = [fixed[0], x].sort((a, b) => a - b);
    const [top, bottom] = [fixed[1], y].sort((a, b) => a - b);
    put([left, top, right, bottom]);
  });
  for (const kind of ["pointerup", "pointercancel"]) {
    surface.addEventListener(kind, () => {
      const [left, top, right, bottom] = sides();
      if (fixed && (right - left < LEAST || bottom - top < LEAST)) put(before);
      pressed = null;
      fixed = null;
    });
  }
  surface.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step || event.target !== surface || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    put(event.shiftKey ? stretched(sides(), step) : moved(sides(), step));
  });
}

/** @param {number[]} sides @param {[number, number]} step */
function moved([left, top, right, bottom], [across, down]) {
  const x = Math.min(Math.max(across, -left), 100 - right);
  const y = Math.min(Math.max(down, -top), 100 - bottom);
  return [left + x, top + y, right + x, bottom + y];
}

/** @param {number[]} sides @param {[number, number]} step */
function stretched([left, top, right, bottom], [across, down]) {
  const x = Math.min(Math.max(right + across, left + LEAST), 100);
  const y = Math.min(Math.max(bottom + down, top + LEAST), 100);
  return [left, top, x, y];
}

// Where on the picture, in hundredths.
/** @param {HTMLElement} surface @param {PointerEvent} event @returns {[number, number]} */
function place(surface, event) {
  const box = surface.getBoundingClientRect();
  /** @param {number} share */
  const within = (share) => Math.min(100, Math.max(0, 100 * share));
  return [
    within((event.clientX - box.left) / box.width),
    within((event.clientY - box.top) / box.height),
  ];
}

// The corner across from the one that is taken hold of; elsewhere a new rectangle begins.
/** @param {HTMLElement} surface @param {number[]} sides @param {PointerEvent} event */
function opposite(surface, [left, top, right, bottom], event) {
  const [x, y] = place(surface, event);
  const { width, height } = surface.getBoundingClientRect();
  const reach = event.pointerType === "mouse" ? NEAR : 2 * NEAR;
  for (const [cornerX, acrossX] of [
    [left, right],
    [right, left],
  ]) {
    for (const [cornerY, acrossY] of [
      [top, bottom],
      [bottom, top],
    ]) {
      const far = Math.hypot(((x - cornerX) * width) / 100, ((y - cornerY) * height) / 100);
      if (far < reach) return /** @type {[number, number]} */ ([acrossX, acrossY]);
    }
  }
  return /** @type {[number, number]} */ ([x, y]);
}
